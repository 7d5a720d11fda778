import { expect, inject, it } from 'vitest'

import { rabbitMq } from '../src/judge/brokers.ts'

const { amqp, management } = inject('rabbitmq')
const api = new URL(management)

it('logs in to a management API without a login as to the broker', async () => {
  await using vhost = await rabbitMq(amqp, api.origin).open()
  expect(vhost.url).toMatch(/^amqp:.*\/exercise-/)
})

it('says what to check when the management API refuses the login', async () => {
  const url = new URL(api)
  url.password = 'wrong'
  await expect(rabbitMq(amqp, url.href).open()).rejects.toMatchObject({
    message: `cannot create a virtual host for the check through the management API at ${api.origin}: 401 Unauthorized`,
    remedy:
      'check the name and the password in --url or --management; this user needs the tag administrator',
  })
})
