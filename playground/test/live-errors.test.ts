import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { freePort, runProgram } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { liveBroker, type LiveBroker } from './support/live/live-broker.ts'

/** Runs `pnpm live`, which must fail, and returns what it says. */
async function failure(amqpUrl: string, ...args: readonly string[]): Promise<string> {
  const command = [process.execPath, 'tour/run.js', 'playground/src/live/live.ts']
  const { code, stderr } = await runProgram(command, ['--yes', ...args], { AMQP_URL: amqpUrl })
  expect(code).toBe(1)
  return stderr.replaceAll(/\/\/[\w.]+:\d+/g, '//HOST')
}

describe('an error', () => {
  test('says how to enable the management API, if nothing answers', async () => {
    await using broker = await liveBroker()
    expect(
      await failure(broker.url, '--management-url', `http://127.0.0.1:${await freePort()}`),
    ).toBe(
      'error: the management API at http://HOST does not answer (ECONNREFUSED); for RabbitMQ type: ' +
        'rabbitmq-plugins enable rabbitmq_management; if it is at another address, name that with ' +
        '--management-url\n',
    )
  })

  test('says so if something else answers', async () => {
    await using broker = await liveBroker()
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nHello')).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await failure(broker.url, '--management-url', `http://127.0.0.1:${port}`)).toMatch(
      /^error: what answers at http:\/\/HOST is not a management API; name its address with --management-url\n$/,
    )
    server.close()
  })

  test('says that the password is wrong', async () => {
    await using broker = await liveBroker()
    const url = new URL(broker.managementUrl)
    url.password = 'wrong'
    expect(await failure(broker.url, '--management-url', url.href)).toBe(
      'error: the management API at http://HOST refuses the login of "guest"; check the name and the ' +
        'password in the URL\n',
    )
  })

  test('says which tag a user needs to turn tracing on', async () => {
    await using broker = await liveBroker()
    await using user = await createUser(broker, 'monitoring')
    const said = await failure(user.url, '--management-url', user.managementUrl)
    expect(said).toBe(
      `error: the user "${user.name}" may not turn tracing on: that takes the tag administrator; an ` +
        `administrator can type: rabbitmqctl trace_on -p ${broker.vhost}\n`,
    )
  })

  test('says which tag a user needs for the management API', async () => {
    await using broker = await liveBroker()
    await using user = await createUser(broker, '')
    expect(await failure(user.url, '--management-url', user.managementUrl)).toBe(
      `error: the user "${user.name}" may not use the management API; type: rabbitmqctl set_user_tags ` +
        `${user.name} management\n`,
    )
  })

  test('names the broker that does not answer, and turns tracing off', async () => {
    await using broker = await liveBroker()
    const said = await failure(
      `amqp://127.0.0.1:${await freePort()}`,
      '--management-url',
      broker.managementUrl,
    )
    expect(said).toMatch(/^error: .*ECONNREFUSED/)
    expect(await broker.isTraced()).toBe(false)
  })
})

interface User extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly managementUrl: string
}

async function createUser(broker: LiveBroker, tags: string): Promise<User> {
  const name = `watcher-${process.pid}`
  await broker.request('PUT', `users/${name}`, { password: 'secret', tags })
  const vhost = encodeURIComponent(broker.vhost)
  const permissions = { configure: '.*', write: '.*', read: '.*' }
  await broker.request('PUT', `permissions/${vhost}/${name}`, permissions)
  const as = (text: string): string =>
    Object.assign(new URL(text), { username: name, password: 'secret' }).href
  return {
    name,
    url: as(broker.url),
    managementUrl: as(broker.managementUrl),
    async [Symbol.asyncDispose]() {
      await broker.request('DELETE', `users/${name}`)
    },
  }
}
