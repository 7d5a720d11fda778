import { describe, expect, it } from 'vitest'

import { startBroker } from '../../src/index.ts'

describe('the management API without a port', () => {
  it('declares, binds, publishes and gets', async () => {
    await using broker = await startBroker({ port: null })
    const body = { type: 'topic', durable: true }
    expect(
      await broker.manage({ method: 'PUT', path: '/api/exchanges/%2F/logs', body }),
    ).toMatchObject({ status: 201 })
    await broker.manage({ method: 'PUT', path: '/api/queues/%2F/all', body: { durable: true } })
    const binding = { routing_key: '#' }
    const path = '/api/bindings/%2F/e/logs/q/all'
    expect(await broker.manage({ method: 'POST', path, body: binding })).toMatchObject({
      status: 201,
    })
    const message = {
      routing_key: 'a.b',
      properties: {},
      payload: 'Hello',
      payload_encoding: 'string',
    }
    expect(
      await broker.manage({
        method: 'POST',
        path: '/api/exchanges/%2F/logs/publish',
        body: message,
      }),
    ).toEqual({ status: 200, body: { routed: true } })
    const get = { count: 1, ackmode: 'ack_requeue_false', encoding: 'auto' }
    expect(
      await broker.manage({ method: 'POST', path: '/api/queues/%2F/all/get', body: get }),
    ).toMatchObject({ status: 200, body: [{ payload: 'Hello', routing_key: 'a.b' }] })
  })

  it("answers mistakes with RabbitMQ's errors", async () => {
    await using broker = await startBroker({ port: null })
    expect(await broker.manage({ path: '/api/queues/%2F/none' })).toEqual({
      status: 404,
      body: { error: 'Object Not Found', reason: 'Not Found' },
    })
    const body = { durable: true, arguments: { 'x-max-length': 'many' } }
    const refused = await broker.manage({ method: 'PUT', path: '/api/queues/%2F/q', body })
    expect(refused).toMatchObject({ status: 400, body: { error: 'bad_request' } })
    expect(await broker.manage({ method: 'DELETE', path: '/api/overview' })).toMatchObject({
      status: 404,
    })
  })

  it('exports the definitions of a virtual host', async () => {
    await using broker = await startBroker({ port: null })
    const queue = { name: 'q', durable: true, auto_delete: false, arguments: {} }
    const path = '/api/definitions/%2F'
    const imported = await broker.manage({ method: 'POST', path, body: { queues: [queue] } })
    expect(imported).toEqual({ status: 204, body: undefined })
    const { body } = await broker.manage({ path })
    expect(body).toMatchObject({ queues: [{ ...queue, type: 'classic' }] })
  })
})
