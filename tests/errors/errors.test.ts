import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { brokerForFile, freePort, Program, runProgram } from '@messaging-patterns/testkit'
import { connect, type Channel } from 'amqplib'
import { describe, expect, inject, test } from 'vitest'

const producer = 'packages/basic/src/producer.ts'
const consumer = 'packages/basic/src/consumer.ts'

const broker = brokerForFile()

/** The URL of the broker with some parts changed. */
function url(change: (url: URL) => void): string {
  const changed = new URL(broker.url)
  change(changed)
  return changed.href
}

/** Runs a program that must fail, and returns the line that it prints. */
async function failure(program: string, amqpUrl: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, { AMQP_URL: amqpUrl })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  const line = /^error: .*\n$/m.exec(stderr)?.[0]
  expect(stderr).toBe(line)
  return stderr
}

/** Prepares the broker over a connection that stays open while `then` runs. */
async function withPrepared<T>(
  prepare: (channel: Channel) => Promise<unknown>,
  then: () => Promise<T>,
): Promise<T> {
  const connection = await connect(broker.url)
  try {
    await prepare(await connection.createChannel())
    return await then()
  } finally {
    await connection.close()
  }
}

/** RabbitMQ's management page; for the embedded broker, a server that is just as silent. */
async function managementPage(): Promise<AsyncDisposable & { host: string }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const real = broker.kind === 'rabbitmq' ? new URL(inject('rabbitmq').management) : undefined
  return {
    host: real?.host ?? `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}

describe('an error is one line that says what happened, why, and how to fix it, when', () => {
  test('nothing listens', async () => {
    const line = await failure(producer, `amqp://user:secret@127.0.0.1:${await freePort()}`)
    expect(line).toMatch(
      /^error: cannot reach a broker at amqp:\/\/user:\*\*\*@127\.0\.0\.1:\d+: nothing is listening there \(ECONNREFUSED\); start one: pnpm broker, or docker compose up -d --wait$/m,
    )
  })

  test('the URL is not one', async () => {
    const line = await failure(producer, 'u:secret@localhost')
    expect(line).toBe(
      'error: "***@localhost" is not the URL of a broker; write it as ' +
        'amqp://USER:PASSWORD@HOST:5672/VHOST, with %25 for a % and %40 for an @\n',
    )
  })

  test('the host is not known', async () => {
    const line = await failure(producer, 'amqp://no-such-host.invalid')
    expect(line).toMatch(/the host is unknown \((ENOTFOUND|EAI_AGAIN)\)/)
  })

  test('the password is wrong', async () => {
    const line = await failure(
      producer,
      url((u) => (u.password = 'secret')),
    )
    expect(line).toMatch(/^error: the broker at .* refused this user or password; check the user/)
    expect(line).not.toContain('secret')
  })

  test('the virtual host is missing', async () => {
    const line = await failure(
      producer,
      url((u) => (u.pathname = '/no-such-vhost')),
    )
    expect(line).toMatch(
      /no-such-vhost did not open this virtual host: it does not exist, .* or this user has no access to it; /,
    )
    expect(line).toContain('rabbitmqctl add_vhost')
  })

  test('the queue already exists with different arguments', async () => {
    const line = await withPrepared(
      (channel) => channel.assertQueue('hello'),
      () => failure(producer, broker.url),
    )
    expect(line).toMatch(
      /^error: queue "hello" already exists with different arguments: .*inequivalent arg 'x-queue-type'.*; delete it and the messages in it: pnpm reset, if a lesson declared it, otherwise .*rabbitmqctl delete_queue hello$/m,
    )
    await withPrepared(
      (channel) => channel.deleteQueue('hello'),
      async () => {},
    )
  })

  test('the queue is exclusive to another connection', async () => {
    const line = await withPrepared(
      (channel) => channel.assertQueue('hello', { exclusive: true }),
      () => failure(consumer, broker.url),
    )
    expect(line).toMatch(
      /^error: queue "hello" is exclusive to another connection and is deleted when that one closes: RESOURCE_LOCKED/,
    )
  })

  test('the queue is transient and not exclusive, which RabbitMQ 4.3 refuses', async (context) => {
    if (Number.parseFloat(broker.version) < 4.3) return context.skip('older brokers permit it')
    const line = await failure('tests/errors/declares-transient-queue.ts', broker.url)
    expect(line).toContain('transient_nonexcl_queues')
    expect(line).toContain('declare the queue durable, or exclusive')
  })

  test('the broker is too old', async () => {
    const line = await failure('tests/errors/needs-version-99.ts', broker.url)
    expect(line).toMatch(/ is older than 99\.0, which is required here; start a newer one/)
  })

  test('the server does not speak AMQP 0-9-1', async () => {
    // A broker that only supports another version answers with its own header and disconnects.
    const port = await freePort()
    const server = createServer((socket) => {
      socket.end(Buffer.from([...Buffer.from('AMQP'), 1, 1, 8, 0]))
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    try {
      const line = await failure(producer, `amqp://127.0.0.1:${port}`)
      expect(line).toMatch(
        /broke off the AMQP 0-9-1 handshake: it is not an AMQP broker, or too old/,
      )
    } finally {
      server.close()
    }
  })

  test('the port is that of the management page, which waits for HTTP', async () => {
    await using page = await managementPage()
    const line = await failure(producer, `amqp://${page.host}`)
    // RabbitMQ's page disconnects after the same time as our timeout, so either may come first.
    expect(line).toMatch(/it does not answer \(ETIMEDOUT\)|broke off the AMQP 0-9-1 handshake/)
    expect(line).toMatch(/; check host and port: AMQP is on 5672, .* page on 15672$/m)
  })

  test('the queue is deleted while a program consumes from it', async () => {
    await using running = new Program(consumer, [], { AMQP_URL: broker.url })
    await running.says(/waiting/)
    await withPrepared(
      (channel) => channel.deleteQueue('hello'),
      async () => {},
    )
    const { code, stderr } = await running.ends()
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the broker cancelled the consumer of "hello": its queue was deleted; start/m,
    )
  })

  test('--verbose prints the stack trace, without the password', async () => {
    const wrong = url((u) => (u.password = 'secret'))
    const { stderr } = await runProgram(producer, ['--verbose'], { AMQP_URL: wrong })
    expect(stderr).toMatch(/^error: .*\nMessagingError: .*\n +at .*/)
    expect(stderr).toContain('caused by')
    expect(stderr).not.toContain('secret')
  })
})

test('Ctrl-C before the broker has answered is not an error', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const connected = once(silent, 'connection')
  await using running = new Program(consumer, ['--url', `amqp://127.0.0.1:${port}`])
  await connected
  running.signal('SIGINT')
  const { code, stdout, stderr } = await running.ends()
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toBe('shutting down gracefully; press Ctrl-C again to exit immediately\n')
  silent.close()
})
