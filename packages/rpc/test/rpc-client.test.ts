import { Session } from '@messaging-patterns/shared'
import { brokerForEachTest, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { RpcClient } from '../src/rpc-client.ts'

const broker = brokerForEachTest()

/** A server that answers each request with its own text. */
async function echo(session: Session): Promise<void> {
  const queue = await session.queue('rpc_queue')
  const replies = await session.exchange('', 'direct')
  await queue.consume(async ({ body, correlationId = '', replyTo = '' }) => {
    await replies.publish(replyTo, String(body), { correlationId })
  })
}

describe.each([
  ['Direct Reply-to', false],
  ['a reply queue', true],
])('a client by %s', (_way, replyQueue) => {
  test('has a hundred calls in progress on one session', async () => {
    await using servers = await Session.open({ url: broker.url })
    await echo(servers)
    await echo(servers)
    await using session = await Session.open({ url: broker.url })
    const client = await RpcClient.open(session, { timeout: 10_000, replyQueue })
    const requests = Array.from({ length: 100 }, (_, i) => `request ${i}`)
    expect(await Promise.all(requests.map((request) => client.call(request)))).toEqual(requests)
  })

  test('goes on calling after it lost its connection', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await using servers = await Session.open({ url: broker.url })
    await echo(servers)
    const heard: string[] = []
    const onStatus = ({ type }: { type: string }) => heard.push(type)
    await using session = await Session.open({ url: broker.url, onStatus })
    const client = await RpcClient.open(session, { timeout: 10_000, replyQueue })
    expect(await client.call('before')).toBe('before')
    const connections = await waitFor('the connections to be listed', async () => {
      const path = `vhosts/${encodeURIComponent(vhost)}/connections`
      const listed = (await management.request('GET', path)) as { readonly name: string }[]
      return listed.length === 2 && listed
    })
    for (const { name } of connections)
      await management.request('DELETE', `connections/${encodeURIComponent(name)}`)
    await waitFor('the connection to come back', () => heard.includes('reconnected'))
    expect(await client.call('after')).toBe('after')
  })
})

test('a session has one handler of direct replies, and any number of reply queues', async () => {
  await using session = await Session.open({ url: broker.url })
  await RpcClient.open(session, { timeout: 1000 })
  await expect(RpcClient.open(session, { timeout: 1000 })).rejects.toMatchObject({ code: 'LOCKED' })
  await RpcClient.open(session, { timeout: 1000, replyQueue: true })
  await RpcClient.open(session, { timeout: 1000, replyQueue: true })
})
