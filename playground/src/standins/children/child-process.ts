import { EventEmitter } from 'node:events'

import type { FromProgram, StartProgram, ToProgram } from '../../engine/protocol.ts'
import { setImmediate } from '../process/immediates.ts'
import { connectTo } from '../network/server.ts'
import type { Socket } from '../network/net.ts'
import { time } from '../process/clock.ts'

interface SpawnOptions {
  readonly env: Readonly<Record<string, string | undefined>>
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGKILL'

class Output extends EventEmitter {
  setEncoding(): this {
    return this
  }
}

let nextPid = 1000

/** A program in a worker of its own, started by another program. */
export class ChildProcess extends EventEmitter {
  readonly stdout = new Output()
  readonly stderr = new Output()
  connected = true
  exitCode: number | null = null
  signalCode: Signal | null = null
  readonly #worker: Worker
  readonly #sockets = new Set<Socket>()

  constructor(module: string, { env }: SpawnOptions) {
    super()
    const script = new URL('program.js', import.meta.url)
    this.#worker = new Worker(script, { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromProgram>) =>
      this.#receive(data),
    )
    const [pid, now] = [nextPid++, time.now()]
    const start: StartProgram = {
      type: 'start',
      module,
      argv: [],
      pid,
      now,
      rate: 1,
      child: { env },
    }
    this.#post(start)
  }

  send(message: unknown): void {
    this.#post({ type: 'message', message })
  }

  kill(signal: Signal): void {
    if (signal === 'SIGKILL') this.#ended(null, signal)
    else this.#post({ type: 'signal', signal })
  }

  #post(message: ToProgram): void {
    this.#worker.postMessage(message)
  }

  #receive(message: FromProgram): void {
    switch (message.type) {
      case 'output':
        this[message.stream].emit('data', message.text)
        break
      case 'message':
        this.emit('message', message.message)
        break
      case 'connect':
        this.#connect(message.port, message.to)
        break
      case 'exit':
        this.#ended(message.code, null)
        break
      case 'killed':
        this.#ended(null, message.signal)
        break
    }
  }

  #connect(end: MessagePort, port: number): void {
    const socket = connectTo(port, end)
    if (socket === undefined) end.postMessage('ECONNREFUSED')
    else this.#sockets.add(socket)
  }

  #ended(code: number | null, signal: Signal | null): void {
    if (!this.connected) return
    this.connected = false
    this.exitCode = code
    this.signalCode = signal
    this.#worker.terminate()
    // What it has written before arrives first. Then its connections are closed, as the kernel does it.
    setImmediate(() => {
      for (const socket of this.#sockets) socket.destroy()
      this.emit('close', code, signal)
    })
  }
}

/** Runs the module that is the last argument; Node's own arguments mean nothing here. */
export function spawn(_node: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return new ChildProcess(args.at(-1) ?? '', options)
}
