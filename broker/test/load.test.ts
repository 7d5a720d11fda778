import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'

import { describe, expect, it, vi } from 'vitest'

import { startBroker, type Broker } from '../src/index.ts'
import { long } from '../src/protocol/field-value.ts'
import { FrameWriter } from '../src/wire/frame-writer.ts'
import { protocolHeader } from '../src/wire/frame.ts'
import { ScriptedClient } from './support/scripted-client.ts'

/** A client on a socket, which the broker reads as it reads the socket of any program. */
class SocketClient extends ScriptedClient implements Disposable {
  static async open({ port }: Broker): Promise<SocketClient> {
    const client = new SocketClient(connect({ port, host: '127.0.0.1', noDelay: true }))
    await client.open()
    await client.openChannel()
    return client
  }

  async declarePassively(queue: string): Promise<void> {
    const flags = { durable: false, exclusive: false, autoDelete: false, noWait: false }
    const args = new Map<string, never>()
    this.send(1, 'queue.declare', { ticket: 0, queue, passive: true, ...flags, arguments: args })
    await this.expect('queue.declare-ok')
  }

  [Symbol.dispose](): void {
    this.stream.destroy()
  }
}

/** All that a client says before it publishes: it need not wait for the answers. */
function greeting(): Uint8Array {
  const writer = new FrameWriter()
  const response = new TextEncoder().encode('\0guest\0guest')
  const start = { clientProperties: new Map(), mechanism: 'PLAIN', response, locale: 'en_US' }
  writer.raw(protocolHeader)
  writer.method(0, 'connection.start-ok', start)
  writer.method(0, 'connection.tune-ok', { channelMax: 10, frameMax: 131_072, heartbeat: 0 })
  writer.method(0, 'connection.open', { virtualHost: '/', capabilities: '', insist: false })
  writer.method(1, 'channel.open', { outOfBand: '' })
  return Buffer.concat(writer.take())
}

/** 64 KiB of messages to amq.fanout. */
function messages(): Uint8Array {
  const writer = new FrameWriter()
  const fields = { ticket: 0, exchange: 'amq.fanout', routingKey: '', mandatory: false }
  const content = { properties: {}, encodedProperties: undefined, body: new Uint8Array(100) }
  while (writer.length < 65_536) {
    writer.method(1, 'basic.publish', { ...fields, immediate: false })
    writer.content(1, content)
  }
  return Buffer.concat(writer.take())
}

/** Clients in a thread of their own that publish without waiting, until they are disposed of. */
async function flood(broker: Broker, connections: number): Promise<AsyncDisposable> {
  const before = broker.snapshot().connections.length
  const worker = new Worker(new URL('support/flood.mjs', import.meta.url), {
    workerData: { port: broker.port, connections, greeting: greeting(), messages: messages() },
  })
  const isFlooding = (): void =>
    expect(broker.snapshot().connections.length).toBe(before + connections)
  await vi.waitFor(isFlooding, { timeout: 60_000, interval: 5 })
  return { [Symbol.asyncDispose]: async () => void (await worker.terminate()) }
}

/** Queues of at most ten messages, which get whatever goes to amq.fanout. */
async function declareBound(client: ScriptedClient, count: number): Promise<void> {
  const args = new Map([['x-max-length', long(10)]])
  for (let i = 0; i < count; i++) {
    const queue = `q${i}`
    await client.declare(queue, args)
    const bind = { ticket: 0, queue, exchange: 'amq.fanout', routingKey: '', noWait: true }
    client.send(1, 'queue.bind', { ...bind, arguments: new Map() })
  }
}

describe('100 clients that publish to 1,500 queues without waiting', () => {
  it('keep no other client waiting for a connection, neither while they publish nor afterwards', async () => {
    await using broker = await startBroker()
    using owner = await SocketClient.open(broker)
    await declareBound(owner, 1500)
    const times: number[] = []
    const timeOfConnection = async (): Promise<void> => {
      const began = performance.now()
      using client = await SocketClient.open(broker)
      await client.declarePassively('q0')
      times.push(performance.now() - began)
    }
    {
      await using _busy = await flood(broker, 100)
      for (let i = 0; i < 10; i++) await timeOfConnection()
    }
    await timeOfConnection()
    // Hundreds of times what it takes; without sharing the event loop it is minutes.
    expect(Math.max(...times)).toBeLessThan(10_000)
  })
})
