import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { Session } from '@messaging-patterns/shared'
import {
  brokerForEachTest,
  Program,
  programsOn,
  runProgram,
  TcpProxy,
  waitFor,
} from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import {
  asReceived,
  clientConsumer,
  clientProducer,
  consumer,
  outputOn,
  producer,
  withoutOffsets,
} from './programs.ts'

const broker = brokerForEachTest()
const { start, run } = programsOn(broker)
const { linesOf } = outputOn(broker)

/** A program that speaks the stream protocol through the proxy. */
function startThrough(proxy: TcpProxy, program: string, ...args: string[]): Program {
  // It takes the host from the URL for AMQP, and the port from the variable.
  const url = new URL(broker.url)
  const { hostname, port } = new URL(proxy.url)
  url.hostname = hostname
  return new Program(program, args, { AMQP_URL: url.href, STREAM_PORT: port })
}

describe('over the stream protocol', () => {
  test('a consumer reads what was sent over AMQP, and AMQP what was sent over it', async () => {
    const overAmqp = await linesOf(producer)
    const overStreams = await linesOf(clientProducer)
    const sent = asReceived([...overAmqp, ...overStreams])
    const received = await linesOf(consumer, '--from', 'first', '--count', '10')
    expect(withoutOffsets(received)).toEqual(sent)
    const archived = await linesOf(clientConsumer, 'archive', '--count', '10')
    expect(archived).toEqual(received)
  })

  test('the broker remembers the offset, each name its own', async () => {
    const sent = asReceived(await linesOf(producer))
    const read = async (...args: string[]) => withoutOffsets(await linesOf(clientConsumer, ...args))
    expect(await read('archive', '--count', '3')).toEqual(sent.slice(0, 3))
    expect(await read('other', '--count', '2')).toEqual(sent.slice(0, 2))
    expect(await read('archive', '--count', '2')).toEqual(sent.slice(3))
  })

  test('Ctrl-C stores the offset', async () => {
    await linesOf(producer, '--count', '3')
    await using program = start(clientConsumer, 'archive')
    await program.hasLines(3)
    program.signal('SIGINT')
    expect(await program.ends()).toMatchObject({ code: 0 })
    await linesOf(producer, 'one more')
    const next = await linesOf(clientConsumer, 'archive', '--count', '1')
    expect(withoutOffsets(next)).toEqual(['one more received'])
  })

  test.each([
    [clientProducer, ['--count', '100000']],
    [clientConsumer, ['archive']],
  ])('Ctrl-C ends %s even if the broker no longer answers', async (program, args) => {
    await using proxy = await TcpProxy.start(broker.streamUrl)
    await linesOf(producer)
    await using running = startThrough(proxy, program, ...args)
    await running.hasLines(5)
    proxy.silence()
    running.signal('SIGINT')
    expect(await running.ends()).toMatchObject({ code: 0, signal: null })
  })

  test('Ctrl-C ends a consumer whose connection is lost while it stops', async () => {
    await using proxy = await TcpProxy.start(broker.streamUrl)
    await linesOf(producer)
    await using running = startThrough(proxy, clientConsumer, 'archive')
    await running.hasLines(5)
    proxy.silence()
    running.signal('SIGINT')
    await running.says(/shutting down gracefully/)
    proxy.cut()
    expect(await running.ends()).toMatchObject({ code: 0, signal: null })
  })

  test('a producer that loses its connection loses no message and stores none twice', async () => {
    await using proxy = await TcpProxy.start(broker.streamUrl)
    await using program = startThrough(proxy, clientProducer, '--count', '3000')
    for (const losses of [1, 2, 3]) {
      await program.hasLines(losses * 700)
      proxy.cut()
      await waitFor('the loss', () => count(program.stderr, 'connection lost') >= losses)
    }
    const { code, stdout } = await program.ends()
    expect(code).toBe(0)
    const sent = asReceived(stdout.trimEnd().split('\n'))
    expect(sent).toHaveLength(3000)
    expect(withoutOffsets(await linesOf(consumer, '--from', 'first', '--count', '3000'))).toEqual(
      sent,
    )
  })

  test('a consumer that loses its connection misses no message', async () => {
    await using proxy = await TcpProxy.start(broker.streamUrl)
    const sent = asReceived(await linesOf(producer, '--count', '50'))
    await using program = startThrough(proxy, clientConsumer, 'archive')
    await program.hasLines(50)
    proxy.cut()
    await program.says(/connection lost; reconnecting/)
    const more = asReceived(await linesOf(producer, 'after the loss'))
    await program.says(/after the loss received/)
    program.signal('SIGINT')
    await program.ends()
    // Offsets are stored now and then, so a few messages may arrive again.
    expect([...new Set(withoutOffsets(program.lines))]).toEqual([...sent, ...more])
  })

  test('a consumer whose connection ends before it can store its offset reconnects', async () => {
    await using proxy = await TcpProxy.start(broker.streamUrl)
    await using program = startThrough(proxy, clientConsumer, 'archive')
    await program.says(/reading/)
    await linesOf(producer, '--count', '9')
    await program.hasLines(9)
    program.signal('SIGSTOP')
    // It stores the offset of each tenth message. When it reads this one, the connection is already cut.
    await linesOf(producer, 'the tenth')
    proxy.cut()
    program.signal('SIGCONT')
    await program.says(/connection lost; reconnecting/)
    await linesOf(producer, 'after the loss')
    await program.says(/after the loss received/)
    program.signal('SIGINT')
    expect(await program.ends()).toMatchObject({ code: 0 })
  })

  test('a consumer continues with a new stream if the broker has lost the old one', async () => {
    await using proxy = await TcpProxy.start(broker.streamUrl)
    await using program = startThrough(proxy, clientConsumer, 'archive')
    await program.says(/reading/)
    await linesOf(producer, '--count', '3')
    await program.hasLines(3)
    await deleteLog()
    proxy.cut()
    await waitFor('the next start', () => program.ended || count(program.stderr, 'reading') === 2)
    expect(program.stderr).not.toContain('error')
    await linesOf(producer, 'in the new stream')
    await program.says(/^0: in the new stream received/m)
    program.signal('SIGINT')
    expect(await program.ends()).toMatchObject({ code: 0 })
  })

  test('a consumer that cannot continue exits with the error', async () => {
    await using proxy = await TcpProxy.start(broker.streamUrl)
    await using program = startThrough(proxy, clientConsumer, 'archive')
    await linesOf(producer, '--count', '1')
    // It says that it is reading before the broker has its consumer.
    await program.hasLines(1)
    await deleteLog()
    await using session = await Session.open({ url: broker.url })
    await session.queue('streams')
    proxy.cut()
    const { code, stderr } = await program.ends()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*"streams" already exists/m)
  })

  test('without a broker, the error says what to start', async () => {
    const { code, stderr } = await run(clientProducer, '--stream-port', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: no streams at .*:1; start a broker: pnpm broker, or docker/)
  })

  test('tries each broker of the URL', async () => {
    const url = new URL(broker.url)
    url.hostname = 'broker.invalid'
    const urls = `${url.href},${broker.url}`
    const port = new URL(broker.streamUrl).port
    const sent = await runProgram(clientProducer, ['hello'], { AMQP_URL: urls, STREAM_PORT: port })
    expect(sent).toMatchObject({ code: 0, stdout: 'hello sent\n' })
    const failed = await run(clientProducer, '--url', urls, '--stream-port', '1')
    expect(failed.stderr).toMatch(/^error: no streams at broker\.invalid:1 or .*:1; start/)
  })

  test('a server that closes each connection is an error, too', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { code, stderr } = await run(clientProducer, '--stream-port', String(port))
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: no streams at /),
    })
    server.close()
  })
})

async function deleteLog(): Promise<void> {
  await using session = await Session.open({ url: broker.url })
  const stream = await session.stream('streams', { passive: true })
  await stream.delete()
}

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
