import { Agent, request } from 'node:http'
import { duplexPair } from 'node:stream'

import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { startBroker, type Broker } from '../../src/index.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { ScriptedClient } from '../support/scripted-client.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Requests a path below /api/ as guest. */
async function api(
  { managementUrl = '' }: Broker,
  path: string,
  init: RequestInit = {},
): Promise<Answer> {
  const { origin, username, password } = new URL(managementUrl)
  const authorization = `Basic ${btoa(decodeURIComponent(`${username}:${password}`))}`
  const response = await fetch(`${origin}/api/${path}`, { ...init, headers: { authorization } })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

describe('the management API', () => {
  it('is not there unless it is asked for', async () => {
    await using broker = await startBroker()
    expect(broker.managementUrl).toBeUndefined()
  })

  it('has a port of its own, and the credentials of the first user', async () => {
    await using broker = await startBroker({
      management: 0,
      users: { ada: { password: 'pass word' } },
    })
    const url = new URL(broker.managementUrl ?? '')
    expect(url.port).not.toBe(String(broker.port))
    expect(await (await fetch(url.origin)).text()).toContain('<!doctype html>')
    const { host, hostname } = url
    expect(broker.managementUrl).toBe(`http://ada:pass%20word@${host}`)
    expect(hostname).toBe('127.0.0.1')
    expect(await api(broker, 'overview')).toMatchObject({
      body: { listeners: [{ protocol: 'amqp', port: broker.port }, { protocol: 'http' }] },
    })
  })

  it('stops with the broker, even while a client keeps its connection', async () => {
    const broker = await startBroker({ management: 0 })
    await api(broker, 'overview')
    await broker.close()
    await expect(api(broker, 'overview')).rejects.toThrow()
  })

  it('lets guest log in from this machine alone', async () => {
    await using broker = await startBroker({ management: 0 })
    expect(await api(broker, 'whoami')).toMatchObject({ status: 200, body: { name: 'guest' } })
  })

  it('refuses requests from the pages of other sites', async () => {
    await using broker = await startBroker({ management: 0 })
    const { origin } = new URL(broker.managementUrl ?? '')
    const statusFor = async (from: string): Promise<number> => {
      const authorization = `Basic ${btoa('guest:guest')}`
      const headers = { authorization, origin: from }
      return (await fetch(`${origin}/api/whoami`, { headers })).status
    }
    expect(await statusFor(origin)).toBe(200)
    expect(await statusFor('http://example.com')).toBe(403)
    expect(await statusFor('null')).toBe(403)
  })

  it('rejects a body that is too large, and keeps the connection', async () => {
    await using broker = await startBroker({ management: 0 })
    const { port } = new URL(broker.managementUrl ?? '')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const put = (body: string) =>
      new Promise<readonly [status: number | undefined, reused: boolean]>((resolve, reject) => {
        const options = {
          agent,
          port,
          method: 'PUT',
          path: '/api/queues/%2F/q',
          auth: 'guest:guest',
        }
        const sent = request(options, (response) => {
          response.resume().on('end', () => resolve([response.statusCode, sent.reusedSocket]))
        })
        sent.on('error', reject).end(body)
      })
    expect(await put(' '.repeat(30_000_000))).toEqual([413, false])
    expect(await put('{"durable":true}')).toEqual([201, true])
    agent.destroy()
  })

  it('takes it calmly if a client hangs up while it sends a body', async () => {
    await using broker = await startBroker({ management: 0 })
    const errors: unknown[] = []
    broker.on('internal-error', (event) => errors.push(event))
    const { port } = new URL(broker.managementUrl ?? '')
    const auth = 'guest:guest'
    const headers = { 'content-length': 1000, expect: '100-continue' }
    const upload = request({ port, path: '/api/queues/%2F/q', method: 'PUT', auth, headers })
    upload.on('error', () => {})
    await new Promise<void>((resolve) => upload.on('continue', resolve).flushHeaders())
    await new Promise<void>((resolve) => upload.on('close', resolve).destroy())
    expect(await api(broker, 'overview')).toMatchObject({ status: 200 })
    expect(errors).toEqual([])
  })

  it('rejects a port out of range', async () => {
    await expect(startBroker({ management: 65_536 })).rejects.toThrow(/option management is 65536/)
  })

  it('measures rates over five seconds', async () => {
    const clock = new ManualClock()
    await using broker = await startBroker({ management: 0, clock })
    const connection = await amqp.connect(broker.url)
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('q')
    clock.advance(5000)
    for (let i = 0; i < 10; i++) channel.sendToQueue('q', Buffer.from('x'))
    await channel.waitForConfirms()
    clock.advance(5000)
    expect(await api(broker, 'queues/%2F/q')).toMatchObject({
      body: {
        messages_details: { rate: 2 },
        message_stats: { publish: 10, publish_details: { rate: 2 }, ack_details: { rate: 0 } },
      },
    })
    clock.advance(5000)
    expect(await api(broker, 'queues/%2F/q')).toMatchObject({
      body: { message_stats: { publish: 10, publish_details: { rate: 0 } } },
    })
    await connection.close()
  })

  it('lists a connection no longer once it was told to close', async () => {
    await using broker = await startBroker({ management: 0 })
    const [near, far] = duplexPair()
    broker.accept(far, { name: 'slow' })
    const client = new ScriptedClient(near)
    await client.open()
    expect(await api(broker, 'connections')).toMatchObject({ body: [{ name: 'slow' }] })
    expect(await api(broker, 'connections/slow', { method: 'DELETE' })).toMatchObject({
      status: 204,
    })
    await client.expect('connection.close')
    expect(await api(broker, 'connections')).toMatchObject({ body: [] })
    near.destroy()
  })

  it('imports definitions when it is asked to', async () => {
    await using broker = await startBroker()
    await broker.importDefinitions({
      queues: [{ name: 'orders', vhost: '/', durable: true, auto_delete: false, arguments: {} }],
    })
    expect(broker.snapshot().vhosts[0]?.queues).toMatchObject([{ name: 'orders' }])
    await expect(
      broker.importDefinitions({ queues: [{ name: 'q', vhost: 'no' }] }),
    ).rejects.toThrow('Please create virtual host "no" prior to importing definitions.')
  })

  it('answers a malformed path', async () => {
    await using broker = await startBroker({ management: 0 })
    const { port } = new URL(broker.managementUrl ?? '')
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ port, path: '//' }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(404)
  })
})
