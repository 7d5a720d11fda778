import { brokerForFile, freePort, Program, runProgram, TcpProxy } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { SecretUser } from './support/secret.ts'

const producer = 'packages/basic/src/producer.ts'
const consumer = 'packages/basic/src/consumer.ts'
const everything = { configure: '.*', write: '.*', read: '.*' }

const broker = brokerForFile()
let user: SecretUser

beforeAll(async () => {
  user = await SecretUser.create(broker, everything)
})

afterAll(async () => {
  await user[Symbol.asyncDispose]()
})

describe('no output shows the password when', () => {
  test.each([
    ['all goes well', () => user.url, 0],
    ['it is wrong', () => user.urlWith((url) => (url.password += 'x')), 1],
    ['the user is unknown', () => user.urlWith((url) => (url.username = 'nobody')), 1],
    ['the virtual host is missing', () => user.urlWith((url) => (url.pathname = '/missing')), 1],
    [
      'the host is unknown',
      () => user.urlWith((url) => (url.hostname = 'no-such-host.invalid')),
      1,
    ],
    ['the protocol is another', () => user.url.replace('amqp:', 'http:'), 1],
    ['the URL is none', () => user.url.replace('amqp://', 'amqp:/ /'), 1],
    ['the broker speaks no TLS', () => user.url.replace('amqp:', 'amqps:'), 1],
    ['one URL of several is wrong', () => `${user.url},amqp://:@,${user.url}`, 1],
  ] as const)('%s', async (_name, url, code) => {
    for (const [env, args] of [
      [{ AMQP_URL: url() }, ['--verbose']],
      [{}, ['--json', '--url', url()]],
    ] as const) {
      const outcome = await runProgram(producer, ['--count', '1', ...args], env)
      user.expectNoSecretIn(outcome)
      expect(outcome.code).toBe(code)
    }
  })

  test('nothing listens', async () => {
    const port = await freePort()
    const url = user.urlWith((each) => (each.host = `127.0.0.1:${port}`))
    const outcome = await runProgram(producer, ['--verbose'], { AMQP_URL: url })
    user.expectNoSecretIn(outcome)
    expect(outcome.code).toBe(1)
  })

  test('the usage is wrong', async () => {
    for (const args of [
      ['--url', user.url, '--count'],
      ['--uri', user.url],
      [`--${user.url}`],
      ['--count', user.url],
    ]) {
      const outcome = await runProgram(producer, args)
      user.expectNoSecretIn(outcome)
      expect(outcome.code).toBe(1)
    }
  })

  test('the broker goes away, comes back, and goes for good', async () => {
    const proxy = await TcpProxy.start(user.url)
    await using running = new Program(consumer, ['--verbose', '--reconnect-for', '1'], {
      AMQP_URL: proxy.url,
    })
    await running.says(/waiting/)
    proxy.cut()
    await running.says(/reconnected to/)
    await proxy[Symbol.asyncDispose]()
    const outcome = await running.ends()
    expect(outcome.stderr).toContain('was lost and could not be recovered')
    user.expectNoSecretIn(outcome)
  })
})
