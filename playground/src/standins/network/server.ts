import { EventEmitter } from 'node:events'

import { Socket } from './net.ts'

const servers = new Map<number, Server>()
let nextPort = 50_000

/** A server for the programs of this worker: nobody else can reach its port. */
export class Server extends EventEmitter {
  #port = 0

  listen(): this {
    this.#port = nextPort++
    servers.set(this.#port, this)
    queueMicrotask(() => this.emit('listening'))
    return this
  }

  address(): { readonly address: string; readonly port: number } {
    return { address: '127.0.0.1', port: this.#port }
  }

  close(): this {
    servers.delete(this.#port)
    queueMicrotask(() => this.emit('close'))
    return this
  }
}

export function createServer(): Server {
  return new Server()
}

/** Connects to a server of this worker. Undefined if nothing listens on the port. */
export function connectTo(port: number, end: MessagePort): Socket | undefined {
  const server = servers.get(port)
  if (server === undefined) return undefined
  const socket = new Socket().accept(end)
  server.emit('connection', socket)
  return socket
}
