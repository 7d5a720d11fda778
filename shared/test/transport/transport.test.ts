import net, { Socket, type OnReadOpts, type TcpSocketConnectOpts } from 'node:net'

import { afterEach, expect, test, vi } from 'vitest'

import { Session } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const given = sessionOnBroker()
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('messages that are published in one turn are sent in a few writes, of a few pieces', async () => {
  const queue = await given.session.queue('burst', { type: 'classic' })
  const single = vi.spyOn(Socket.prototype, '_write')
  const several = vi.spyOn(Socket.prototype, '_writev')
  const bodies = Array.from({ length: 500 }, (_, i) => `${i}`)

  await Promise.all(bodies.map((body) => queue.send(body)))

  const pieces = several.mock.calls.flatMap(([chunks]) => chunks)
  expect(single.mock.calls.length + pieces.length).toBeLessThan(100)
  expect(await queue.count()).toMatchObject({ messages: 500 })
})

test('messages that are published in several callbacks of one turn are sent together when it ends', async () => {
  const queue = await given.session.queue('at-once', { type: 'classic' })
  const writes = vi.spyOn(Socket.prototype, '_write')

  const first = queue.send('first')
  await new Promise((resolve) => process.nextTick(resolve))
  const second = queue.send('second')
  await new Promise((resolve) => setImmediate(resolve))

  expect(writes).toHaveBeenCalledOnce()
  await Promise.all([first, second])
})

test('a message is sent where a test has faked setImmediate', async () => {
  const queue = await given.session.queue('fake-timers', { type: 'classic' })
  vi.useFakeTimers({ toFake: ['setImmediate'] })
  await queue.send('confirmed')
  vi.useRealTimers()
  expect(await queue.count()).toMatchObject({ messages: 1 })
})

test('messages of all sizes that are published in one turn arrive in order', async () => {
  const queue = await given.session.queue('mixed', { type: 'classic' })
  const sizes = Array.from({ length: 100 }, (_, i) => [3, 200_000, 70, 5000][i % 4] ?? 0)
  const bodies = sizes.map((size, i) => `${i} ${'x'.repeat(size)}`)

  await Promise.all(bodies.map((body) => queue.send(body)))

  const received: unknown[] = []
  const deliveries = await queue.consume({ prefetch: 100, autoAck: true, limit: bodies.length })
  for await (const { body } of deliveries) received.push(body)
  expect(received).toEqual(bodies)
})

test('headers that amqplib adds are sent with those of the message', async () => {
  const queue = await given.session.queue('original', { type: 'classic' })
  const copies = await given.session.queue('copies', { type: 'classic' })
  const options: object = { headers: { id: 17 }, CC: [copies.name] }

  await queue.send('to both', options)

  for (const each of [queue, copies])
    expect((await each.get())?.headers).toEqual({ id: 17, CC: ['copies'] })
})

test('a large body is sent without copying it', async () => {
  const queue = await given.session.queue('large', { type: 'classic' })
  const several = vi.spyOn(Socket.prototype, '_writev')
  const body = Buffer.alloc(50_000)

  await queue.send(body)

  // Node replaces what it has sent by the bytes alone.
  const pieces = several.mock.calls.flatMap(([chunks]) => chunks as unknown as Buffer[])
  expect(pieces.filter(({ buffer }) => buffer === body.buffer)).toHaveLength(1)
})

test('a message that arrives does not pass through the stream of the socket', async () => {
  const queue = await given.session.queue('direct', { type: 'classic' })
  await queue.send('x'.repeat(200_000))
  const push = vi.spyOn(Socket.prototype, 'push')

  const delivery = await queue.get()

  expect(delivery?.text()).toHaveLength(200_000)
  // The embedded broker reads from its own sockets in this process.
  const port = new URL(given.broker.url).port || '5672'
  const ofSession = push.mock.contexts.filter(
    (socket) => `${(socket as Socket).remotePort}` === port,
  )
  expect(ofSession).toEqual([])
})

test.each([5000, 130_000])(
  'a message with headers of %i bytes and an empty body arrives',
  async (size) => {
    const queue = await given.session.queue('headers', { type: 'classic' })
    const headers = { note: 'x'.repeat(size) }

    await queue.send('', { headers })

    const delivery = await queue.get()
    expect(delivery?.body).toBe('')
    expect(delivery?.headers).toEqual(headers)
    delivery?.ack()
  },
)

test('frames that arrive in pieces of any size are put together', async () => {
  const sizes = [1, 3, 6, 7, 8, 100, 5000, 70_000]
  let pieces = 0
  tamper((bytes, passOn) => {
    for (let at = 0, length = 0; at < bytes.length; at += length) {
      length = sizes[pieces++ % sizes.length] ?? 1
      passOn(bytes.subarray(at, at + length))
    }
  })
  await using session = await Session.open({ url: given.broker.url })
  const queue = await session.queue('pieces', { type: 'classic' })
  const bodies = Array.from({ length: 60 }, (_, i) => `${i} ${'x'.repeat((i % 6) ** 6 * 10)}`)

  await Promise.all(bodies.map((body) => queue.send(body)))

  const received: unknown[] = []
  const deliveries = await queue.consume({ prefetch: 100, autoAck: true, limit: bodies.length })
  for await (const { body } of deliveries) received.push(body)
  expect(received).toEqual(bodies)
  expect(pieces).toBeGreaterThan(bodies.length)
})

test.each([
  ['is larger than allowed', [1, 0, 0, 0x7f, 0xff, 0xff, 0xff], /2147483647 exceeds maxFrameSize/],
  ['has no end', [8, 0, 0, 0, 0, 0, 0, 0], /Invalid frame/],
])('a frame that %s ends the connection', async (_problem, frame, message) => {
  let damaged = false
  tamper((bytes, passOn) => {
    passOn(damaged ? Buffer.from(frame) : bytes)
  })
  await using session = await Session.open({ url: given.broker.url, reconnectFor: 0 })
  damaged = true

  await expect(session.queue('damaged')).rejects.toThrow(message)
})

/** Passes on something else than what the sockets of new sessions read. */
function tamper(change: (bytes: Buffer, passOn: (bytes: Buffer) => void) => void): void {
  const connect: Connect = net.connect
  vi.spyOn(net as { connect: Connect }, 'connect').mockImplementation((options, listener) => {
    const { onread } = options
    if (onread === undefined) throw new Error('the socket does not read into one buffer')
    function callback(this: unknown, size: number, buffer: Uint8Array): boolean {
      change(Buffer.from(buffer.subarray(0, size)), (bytes) => {
        onread?.callback.call(this as OnReadOpts, bytes.length, bytes)
      })
      return true
    }
    return connect({ ...options, onread: { ...onread, callback } }, listener)
  })
}

type Connect = (options: TcpSocketConnectOpts, listener?: () => void) => Socket
