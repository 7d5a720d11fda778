import { expect } from 'vitest'

import { errorCases } from './support/error-cases.ts'
import { test } from './support/management.ts'

test('prepares what the cases name', async ({ api, vhost }) => {
  for (const type of ['quorum', 'stream'])
    await api.put(`queues/${vhost}/${type}`, { durable: true, arguments: { 'x-queue-type': type } })
  await api.put(`exchanges/${vhost}/bound`)
  const { status } = await api.post(`bindings/${vhost}/e/bound/q/quorum`)
  expect(status).toBe(201)
})

test.for(errorCases)(
  'answers $title with $status',
  async ({ request, status, body }, { api, vhost }) => {
    const [method, path, sent] = request
    const answer = await api.request(method, path.replace('VHOST', vhost), { body: sent })
    const expected: unknown =
      body === undefined ? undefined : JSON.parse(JSON.stringify(body).replaceAll('VHOST', vhost))
    expect([answer.status, answer.body]).toEqual([status, expected])
  },
)

test('asks for credentials, and refuses wrong ones', async ({ api }) => {
  const anonymous = await fetch(`${api.origin}/api/overview`)
  expect(anonymous.status).toBe(401)
  expect(anonymous.headers.get('www-authenticate')).toBe('Basic realm="RabbitMQ Management"')
  expect(await anonymous.text()).toBe('')
  expect(await api.as('guest', 'wrong').get('overview')).toMatchObject({
    status: 401,
    body: { error: 'not_authorized', reason: 'Not_Authorized' },
  })
})

test('says which methods a path has', async ({ api }) => {
  expect(await api.request('OPTIONS', 'queues')).toMatchObject({
    status: 200,
    allow: 'HEAD, GET, OPTIONS',
  })
  expect(await api.request('HEAD', 'queues')).toMatchObject({ status: 200, body: undefined })
  expect((await api.get('queues/%2F/nope')).allow).toBe('HEAD, GET, PUT, DELETE, OPTIONS')
})
