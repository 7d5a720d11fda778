import { Session, type Delivery } from '@messaging-patterns/shared'
import {
  brokerForEachTest,
  factsIn,
  programsOn,
  waitFor,
  type Program,
} from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

const client = 'packages/rpc/src/client.ts'
const server = 'packages/rpc/src/server.ts'

// Longer than any test.
const forEver = ['--work-ms', '600000']

const broker = brokerForEachTest()
const { start, run } = programsOn(broker)

/** A server that takes requests. */
async function serving(...args: string[]): Promise<Program> {
  const program = start(server, ...args)
  await program.says(/ \[x\] Awaiting RPC requests\n/)
  return program
}

/** A server in the test, which takes `count` requests before it answers any. */
async function takeRequests(session: Session, count: number): Promise<Delivery[]> {
  const queue = await session.queue('rpc_queue')
  const requests: Delivery[] = []
  for await (const request of await queue.consume({ prefetch: 0, limit: count })) {
    requests.push(request)
    request.ack()
  }
  return requests
}

async function reply(
  session: Session,
  to: Delivery,
  answer: { body: string; correlationId?: string },
): Promise<void> {
  const { body, correlationId = to.correlationId ?? '' } = answer
  const replies = await session.exchange('', 'direct')
  await replies.publish(to.replyTo ?? '', body, { correlationId })
}

describe.each([
  ['Direct Reply-to', [], /^amq\.rabbitmq\.reply-to\./],
  ['a reply queue', ['--reply-queue'], /^amq\.gen-/],
])('by %s', (_way, option, address) => {
  test('the client of the course gets its answer', async () => {
    await using answering = await serving()
    const { code, stdout, stderr } = await run(client, ...option)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(' [x] Requesting fib(30)\n [.] Got 832040\n')
    expect(answering.lines).toEqual([' [.] fib(30)'])
  })

  test('a request carries the number, a reply address and an id', async () => {
    await using session = await Session.open({ url: broker.url })
    await session.queue('rpc_queue')
    await using asking = start(client, '7', ...option)
    const [request] = await takeRequests(session, 1)
    if (request === undefined) throw new Error('no request came')
    expect(request.body).toBe('7')
    expect(request.replyTo).toMatch(address)
    expect(request.correlationId).toMatch(/^[\da-f-]{36}$/)
    // The rest of the five seconds: what passed before the call was sent is gone.
    expect(Number(request.message.properties.expiration)).toSatisfy((ms) => ms > 0 && ms <= 5000)
    await reply(session, request, { body: '13' })
    expect(await asking.ends()).toMatchObject({
      code: 0,
      stdout: ' [x] Requesting fib(7)\n [.] Got 13\n',
    })
  })

  test('each reply goes to its call, whatever the order of the replies', async () => {
    await using session = await Session.open({ url: broker.url })
    await session.queue('rpc_queue')
    await using asking = start(client, '1', '2', '3', ...option)
    // All three calls are waiting before the first reply is sent.
    const requests = await takeRequests(session, 3)
    for (const request of requests.toReversed())
      await reply(session, request, { body: `answer ${request.text()}` })
    const { code, stdout } = await asking.ends()
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(3)).toEqual([
      ' [.] Got answer 3 for fib(3)',
      ' [.] Got answer 2 for fib(2)',
      ' [.] Got answer 1 for fib(1)',
      '',
    ])
  })

  test('replies that no call is waiting for are dropped, with a note', async () => {
    await using session = await Session.open({ url: broker.url })
    await session.queue('rpc_queue')
    await using asking = start(client, '1', '2', ...option)
    const [first, second] = await takeRequests(session, 2)
    if (first === undefined || second === undefined) throw new Error('no request came')
    await reply(session, first, { body: 'whose?', correlationId: 'unknown' })
    await reply(session, first, { body: 'one' })
    await reply(session, first, { body: 'one again' })
    await asking.says(/dropped a reply that no call is waiting for: one again\n/)
    await reply(session, second, { body: 'two' })
    const { code, stdout, stderr } = await asking.ends()
    expect(code).toBe(0)
    expect(stdout).toContain(' [.] Got one for fib(1)\n [.] Got two for fib(2)\n')
    expect(stderr).toBe(
      'dropped a reply that no call is waiting for: whose?\n' +
        'dropped a reply that no call is waiting for: one again\n',
    )
  })

  test('an error in the server is an error in the client, and the server continues', async () => {
    await using answering = await serving()
    const failed = await run(client, ...option, 'thirty')
    expect(failed).toMatchObject({
      code: 1,
      stdout: ' [x] Requesting fib(thirty)\n',
      stderr: 'error: fib takes a whole number from 0 to 78, not "thirty"\n',
    })
    const mixed = await run(client, ...option, '79', '10', '--', '-1')
    expect(mixed.code).toBe(1)
    expect(mixed.stdout).toContain(' [.] Got 55 for fib(10)\n')
    expect(mixed.stderr.split('\n').toSorted()).toEqual([
      '',
      'error: fib takes a whole number from 0 to 78, not "-1"',
      'error: fib takes a whole number from 0 to 78, not "79"',
    ])
    expect(answering.lines).toHaveLength(4)
    const after = await run(client, ...option, '2')
    expect(after).toMatchObject({ code: 0, stderr: '' })
  })

  test('without a server, the client gives up after its timeout, and the request expires', async () => {
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('rpc_queue')
    const { code, stdout, stderr } = await run(client, ...option, '--timeout', '0.3', '1', '2')
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: ' [x] Requesting fib(1)\n [x] Requesting fib(2)\n',
    })
    expect(stderr).toBe(
      ['1', '2']
        .map(
          (n) =>
            `error: no reply to "${n}" within 0.3 s; start a server (in lesson 6: pnpm rpc server), or raise the timeout\n`,
        )
        .join(''),
    )
    await waitFor('the requests to expire', async () => (await queue.count()).messages === 0)
  })

  test('if there never was a server, the client fails at once', async () => {
    const { code, stderr } = await run(client, ...option, '--timeout', '600')
    expect(code).toBe(1)
    expect(stderr).toBe(
      'error: no server takes the request "30": there is no queue "rpc_queue"; start a server, which declares it (in lesson 6: pnpm rpc server)\n',
    )
  })

  test('the programs leave nothing behind but the durable quorum queue of the server', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await using answering = await serving()
    await using asking = start(client, ...option, '30')
    expect(await asking.ends()).toMatchObject({ code: 0 })
    answering.signal('SIGTERM')
    expect(await answering.ends()).toMatchObject({ code: 0 })
    const queues = await management.queues(vhost)
    expect(queues).toMatchObject([
      { name: 'rpc_queue', type: 'quorum', durable: true, auto_delete: false },
    ])
    expect(queues[0]?.arguments).toEqual({ 'x-queue-type': 'quorum' })
  })
})

describe('the servers', () => {
  test('share the requests', async () => {
    await using one = await serving('--work-ms', '50')
    await using two = await serving('--work-ms', '50')
    const numbers = Array.from({ length: 16 }, (_, i) => String(i))
    expect(await run(client, ...numbers)).toMatchObject({ code: 0, stderr: '' })
    expect(one.lines.length + two.lines.length).toBe(16)
    expect(one.lines.length).toBeGreaterThanOrEqual(4)
    expect(two.lines.length).toBeGreaterThanOrEqual(4)
  })

  test('take over the request of a server that was killed', async () => {
    await using victim = await serving(...forEver)
    await using asking = start(client, '--timeout', '600')
    await victim.hasLines(1)
    await using heir = await serving()
    victim.signal('SIGKILL')
    expect(await asking.ends()).toMatchObject({
      code: 0,
      stdout: ' [x] Requesting fib(30)\n [.] Got 832040\n',
    })
    expect(heir.lines).toEqual([' [.] fib(30)'])
  })

  test('answer their current request when they are stopped, and take no other', async () => {
    await using answering = await serving('--work-ms', '500')
    await using asking = start(client, '10', '20', '--timeout', '600')
    await answering.hasLines(1)
    answering.signal('SIGINT')
    expect(await answering.ends()).toMatchObject({ code: 0, stdout: ' [.] fib(10)\n' })
    await using heir = await serving()
    const { code, stdout } = await asking.ends()
    expect(code).toBe(0)
    expect(stdout).toContain(' [.] Got 55 for fib(10)\n')
    expect(heir.lines).toEqual([' [.] fib(20)'])
  })

  test('continue when a reply cannot be delivered', async () => {
    await using answering = await serving()
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('rpc_queue')
    await queue.send('1')
    await answering.says(/reply dropped: the request has no reply-to\n/)
    await queue.send('2', { replyTo: 'amq.gen-gone', correlationId: 'x' })
    await answering.says(/reply dropped: .*"amq\.gen-gone"/)
    await queue.send('3', { replyTo: '', correlationId: 'x' })
    const { code } = await run(client)
    expect(code).toBe(0)
    expect(answering.lines).toEqual([' [.] fib(1)', ' [.] fib(2)', ' [.] fib(3)', ' [.] fib(30)'])
    await waitFor('an empty queue', async () => (await queue.count()).messages === 0)
  })

  test('stop after --count requests', async () => {
    await using answering = await serving('--count', '2', '--json')
    await run(client, '1', '2')
    const { code, stdout } = await answering.ends()
    expect(code).toBe(0)
    expect(stdout).toBe(
      ['1', '2']
        .map((body) => `${JSON.stringify({ event: 'request', queue: 'rpc_queue', body })}\n`)
        .join(''),
    )
  })
})

describe('the client', () => {
  test('stops waiting when it is stopped', async () => {
    await using answering = await serving(...forEver)
    await using asking = start(client, '--timeout', '600')
    await answering.hasLines(1)
    asking.signal('SIGINT')
    expect(await asking.ends()).toMatchObject({ code: 0, stdout: ' [x] Requesting fib(30)\n' })
  })

  test('gives the facts with --json', async () => {
    await using answering = await serving()
    const facts = factsIn(await run(client, '--json', '12'))
    expect(answering.lines).toHaveLength(1)
    expect(facts).toEqual([
      { event: 'requesting', n: '12' },
      { event: 'got', n: '12', result: '144' },
    ])
  })

  test('with --quiet prints messages only', async () => {
    await using session = await Session.open({ url: broker.url })
    await session.queue('rpc_queue')
    await using asking = start(client, '1', '--quiet')
    const [request] = await takeRequests(session, 1)
    if (request === undefined) throw new Error('no request came')
    await reply(session, request, { body: 'whose?', correlationId: 'x' })
    await reply(session, request, { body: 'one' })
    expect(await asking.ends()).toMatchObject({ code: 0, stderr: '' })
  })
})

test.each([
  [client, ['--timeout', 'long'], /--timeout must be a number, 0 or more; got "long"/],
  [client, ['--count', '3'], /Unknown argument: count/],
  [server, ['30'], /Unknown argument: 30/],
  [server, ['--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
])('%s %s is a usage error', async (program, args, message) => {
  const { code, stdout, stderr } = await run(program, ...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^pnpm rpc .*\[options\]/)
  expect(stderr).toMatch(message)
})
