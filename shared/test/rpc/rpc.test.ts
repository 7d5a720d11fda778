import { brokerForEachTest, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test, vi } from 'vitest'

import { RemoteError, Session, type Delivery } from '../../src/index.ts'
import { Publisher } from '../../src/publishing/publisher.ts'

const broker = brokerForEachTest()

function open(): Promise<Session> {
  return Session.open({ url: broker.url })
}

/** A server that answers each request with its own text. */
async function echo(session: Session): Promise<void> {
  await session.rpcServer(await session.queue('rpc'), (request) => request.text())
}

describe.each([
  ['Direct Reply-to', false],
  ['a reply queue', true],
])('an RPC client with %s', (_, replyQueue) => {
  test('has a hundred calls in progress on one session', async () => {
    await using servers = await open()
    await echo(servers)
    await echo(servers)
    await using session = await open()
    const client = await session.rpcClient('rpc', { replyQueue })
    const requests = Array.from({ length: 100 }, (_each, i) => `request ${i}`)
    const replies = await Promise.all(requests.map((request) => client.call(request)))
    expect(replies.map((reply) => reply.text())).toEqual(requests)
  })

  test('sends and receives any kind of body', async () => {
    await using session = await open()
    await session.rpcServer(await session.queue('rpc'), ({ body }) => body as object)
    const client = await session.rpcClient('rpc', { replyQueue })
    for (const body of ['text', { n: [1, null] }, Buffer.from([0, 255])])
      expect((await client.call(body)).body).toEqual(body)
  })

  test('goes on calling after its connection was lost', async () => {
    await using servers = await open()
    await echo(servers)
    await using proxy = await TcpProxy.start(broker.url)
    const statuses: string[] = []
    await using session = await Session.open({
      url: proxy.url,
      onStatus: ({ type }) => statuses.push(type),
    })
    const client = await session.rpcClient('rpc', { replyQueue })
    expect((await client.call('before')).text()).toBe('before')
    proxy.cut()
    await waitFor('the next connection', () => statuses.includes('reconnected'))
    expect((await client.call('after')).text()).toBe('after')
  })

  test('repeats the calls in progress after its connection was lost', async () => {
    await using servers = await open()
    const asked: string[] = []
    let answer: (() => void) | undefined
    const free = new Promise<void>((resolve) => (answer = resolve))
    const handler = async (request: Delivery): Promise<string> => {
      asked.push(request.text())
      await free
      return request.text()
    }
    await servers.rpcServer(await servers.queue('rpc'), handler, { concurrency: 10 })
    await using proxy = await TcpProxy.start(broker.url)
    await using session = await Session.open({ url: proxy.url })
    const client = await session.rpcClient('rpc', { replyQueue })
    const call = client.call('17')
    await waitFor('the request', () => asked.length === 1)
    proxy.cut()
    await waitFor('the request again', () => asked.length === 2)
    answer?.()
    expect((await call).text()).toBe('17')
    expect(asked).toEqual(['17', '17'])
  })

  test('reports replies that come too late or twice, and goes on when the listener throws', async () => {
    await using session = await open()
    const queue = await session.queue('rpc')
    const replies = await session.exchange('', 'direct')
    const unmatched: string[] = []
    const client = await session.rpcClient('rpc', {
      replyQueue,
      onUnmatchedReply: (reply) => unmatched.push(reply.text()),
    })
    await queue.consume(async ({ replyTo = '', correlationId = '' }) => {
      for (const text of ['first', 'second'])
        await replies.publish(replyTo, text, { correlationId })
    })
    expect((await client.call('x')).text()).toBe('first')
    await waitFor('the second reply', () => unmatched.length === 1)
    expect(unmatched).toEqual(['second'])
  })

  test('rejects with a RemoteError when the server fails, and the server goes on', async () => {
    await using session = await open()
    await session.rpcServer(await session.queue('rpc'), async (request) => {
      if (request.text() === 'bad') throw new TypeError('cannot do that')
      return 'done'
    })
    const client = await session.rpcClient('rpc', { replyQueue })
    const bad = client.call('bad')
    await expect(bad).rejects.toThrow(RemoteError)
    await expect(bad).rejects.toThrow('cannot do that')
    expect((await client.call('good')).text()).toBe('done')
  })

  test('rejects with CONTENT_REFUSED when the request cannot be sent', async () => {
    await using session = await open()
    const client = await session.rpcClient('rpc', { replyQueue })
    const circular: { self?: object } = {}
    circular.self = circular
    await expect(client.call(circular)).rejects.toMatchObject({ code: 'CONTENT_REFUSED' })
  })

  test('rejects with TIMEOUT when no reply comes in time, and its request expires', async () => {
    await using session = await open()
    const queue = await session.queue('rpc')
    const client = await session.rpcClient('rpc', { replyQueue, timeout: 300 })
    await expect(client.call({ long: 'x'.repeat(100) })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/^no reply to \{"long":"x{48}\.\.\. within 0\.3 s$/),
    })
    await waitFor('an empty queue', async () => (await queue.count()).messages === 0)
  })

  test('rejects at once with UNROUTABLE when no server has ever declared the queue', async () => {
    await using session = await open()
    const client = await session.rpcClient('nowhere', { replyQueue, timeout: 600_000 })
    await expect(client.call('x')).rejects.toMatchObject({
      code: 'UNROUTABLE',
      message: 'no server takes the request "x": there is no queue "nowhere"',
    })
  })

  test('rejects calls in progress when its session is closed', async () => {
    await using servers = await open()
    await servers.queue('rpc')
    const session = await open()
    const client = await session.rpcClient('rpc', { replyQueue })
    const call = expect(client.call('x')).rejects.toMatchObject({ code: 'CLOSED' })
    await session.close()
    await call
  })
})

test('a session has any number of clients', async () => {
  await using session = await open()
  await echo(session)
  const clients = await Promise.all(
    [false, false, true, true].map((replyQueue) => session.rpcClient('rpc', { replyQueue })),
  )
  const replies = await Promise.all(clients.map((client, i) => client.call(`request ${i}`)))
  expect(replies.map((reply) => reply.text())).toEqual([0, 1, 2, 3].map((i) => `request ${i}`))
})

describe('an RPC server', () => {
  test('handles one request at a time, or as many as its concurrency says', async () => {
    await using session = await open()
    const queue = await session.queue('rpc')
    const client = await session.rpcClient('rpc')
    let [running, most] = [0, 0]
    const release: (() => void)[] = []
    const server = await session.rpcServer(
      queue,
      async () => {
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => release.push(resolve))
        running -= 1
        return 'done'
      },
      { concurrency: 3, limit: 3 },
    )
    const calls = Promise.all([1, 2, 3].map((n) => client.call(String(n))))
    await waitFor('three requests', () => release.length === 3)
    for (const each of release) each()
    await calls
    await server.finished()
    expect(most).toBe(3)
  })

  test('acknowledges a request whose reply cannot be delivered, and reports it', async () => {
    await using session = await open()
    const queue = await session.queue('rpc')
    const lost: [code: string, message: string, request: string][] = []
    await session.rpcServer(queue, () => 'done', {
      onLostReply: (error, request) => lost.push([error.code, error.message, request.text()]),
    })
    await queue.send('asks for none')
    await queue.send('has gone', { replyTo: 'gone', correlationId: 'x' })
    await waitFor('two lost replies', () => lost.length === 2)
    expect(lost).toEqual([
      ['UNROUTABLE', 'the request has no reply-to', 'asks for none'],
      ['UNROUTABLE', 'there is no queue "gone"', 'has gone'],
    ])
    await waitFor('an empty queue', async () => (await queue.count()).messages === 0)
  })

  test('lets the broker confirm its replies only if it reports those that are lost', async () => {
    await using session = await open()
    const queue = await session.queue('rpc')
    const client = await session.rpcClient('rpc')
    const confirmed = vi.spyOn(Publisher.prototype, 'publish')
    const onLostReply = vi.fn<() => void>()
    for (const [options, count] of [
      [{}, 0],
      [{ onLostReply }, 1],
    ] as const) {
      const server = await session.rpcServer(queue, () => 'done', options)
      expect((await client.call('x')).text()).toBe('done')
      await server.cancel()
      expect(confirmed).toHaveBeenCalledTimes(count)
    }
    confirmed.mockRestore()
  })

  test('goes on answering after its connection was lost', async () => {
    await using proxy = await TcpProxy.start(broker.url)
    await using servers = await Session.open({ url: proxy.url })
    await echo(servers)
    await using session = await open()
    const client = await session.rpcClient('rpc')
    expect((await client.call('before')).text()).toBe('before')
    proxy.cut()
    expect((await client.call('after')).text()).toBe('after')
  })

  test('goes on answering after the broker has refused a reply', async () => {
    await using session = await open()
    const queue = await session.queue('rpc')
    const tooLarge = Buffer.alloc(17 * 1024 * 1024)
    await session.rpcServer(queue, ({ body }) => (body === 'large' ? tooLarge : 'done'))
    const client = await session.rpcClient('rpc')
    client.call('large').catch(() => {})
    const replies = await Promise.all(['small', 'small'].map((each) => client.call(each)))
    expect(replies.map((reply) => reply.text())).toEqual(['done', 'done'])
  })

  test('whose session is closed has sent its last reply', async () => {
    await using session = await open()
    const servers = await open()
    let closed: Promise<void> | undefined
    await servers.rpcServer(await servers.queue('rpc'), () => {
      closed = servers.close()
      return 'the last one'
    })
    const client = await session.rpcClient('rpc')
    expect((await client.call('x')).text()).toBe('the last one')
    await closed
  })

  test('replies with an error if the result cannot be sent', async () => {
    await using session = await open()
    const circular: { self?: object } = {}
    circular.self = circular
    await session.rpcServer(await session.queue('rpc'), () => circular)
    const client = await session.rpcClient('rpc')
    const call = client.call('x')
    await expect(call).rejects.toThrow(RemoteError)
    await expect(call).rejects.toThrow('the body cannot be sent')
  })

  test('that is stopped answers the request in progress, and requeues the others', async () => {
    await using session = await open()
    const queue = await session.queue('rpc')
    const client = await session.rpcClient('rpc', { timeout: 10_000 })
    const controller = new AbortController()
    let release: (() => void) | undefined
    const server = await session.rpcServer(
      queue,
      async (request) => {
        await new Promise<void>((resolve) => (release = resolve))
        return request.text()
      },
      { prefetch: 10, signal: controller.signal },
    )
    const first = client.call('first')
    const second = client.call('second')
    const answer = await waitFor('the handler', () => release)
    await waitFor('both requests', async () => (await queue.count()).messages === 0)
    controller.abort()
    answer()
    await server.finished()
    expect((await first).text()).toBe('first')
    const requests: Delivery[] = []
    for await (const request of await queue.consume({ limit: 1 })) {
      requests.push(request)
      request.ack()
    }
    expect(requests.map((request) => request.text())).toEqual(['second'])
    second.catch(() => {})
  })
})
