import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

import { expect, it } from 'vitest'

import { rabbitMq } from '../src/judge/brokers.ts'
import { explain } from '../src/judge/explain.ts'

interface Api extends AsyncDisposable {
  readonly url: string
  /** What it was asked, with the names of the virtual hosts left out. */
  readonly requests: readonly string[]
}

/** A management API that answers each request with the status of the first text that it begins with. */
async function managementApi(statuses: Readonly<Record<string, number>>): Promise<Api> {
  const requests: string[] = []
  const server: Server = createServer(({ method, url = '' }, response) => {
    const request = `${method} ${url.replace(/exercise-[\w-]+/, 'VHOST')}`
    requests.push(request)
    const [, status = 204] =
      Object.entries(statuses).find(([begin]) => request.startsWith(begin)) ?? []
    response.writeHead(status, { connection: 'close' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function failure(work: () => Promise<unknown>): Promise<string> {
  return await work().then(
    () => 'no failure',
    (error: unknown) => explain(error).replace(/exercise-[\w-]+/g, 'VHOST'),
  )
}

it('deletes the new virtual host if its user cannot use it', async () => {
  await using api = await managementApi({ 'PUT /api/permissions': 400 })
  const said = await failure(() => rabbitMq('amqp://me:secret@localhost', api.url).open())
  expect(said).toMatch(/^cannot create a virtual host .*: 400 Bad Request; omit --url /)
  expect(api.requests).toEqual([
    'PUT /api/vhosts/VHOST',
    'PUT /api/permissions/VHOST/me',
    'DELETE /api/vhosts/VHOST',
  ])
})

it('names a virtual host that cannot be deleted', async () => {
  await using api = await managementApi({ DELETE: 500 })
  const vhost = await rabbitMq('amqp://localhost', api.url).open()
  expect(await failure(async () => vhost[Symbol.asyncDispose]())).toBe(
    `cannot delete the virtual host of the check through the management API at ${api.url}: 500 Internal Server Error; delete it yourself: rabbitmqctl delete_vhost VHOST`,
  )
})

it.each(['nonsense', 'localhost:15672'])('says how to write %s', (text) => {
  expect(() => rabbitMq('amqp://localhost', text)).toThrow(
    `"${text}" is not the URL of a management API; write it as http://USER:PASSWORD@HOST:15672`,
  )
})
