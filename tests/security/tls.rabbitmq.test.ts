import { Session } from '@messaging-patterns/shared'
import { RabbitMqServer, runProgram, type Outcome } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Certificates, type Certificate } from './support/certificates.ts'

const producer = 'packages/basic/src/producer.ts'

let certificates: Certificates
let authority: Certificate
let stranger: Certificate
let client: Certificate
/** Presents a certificate, and does not require one from clients. */
let broker: RabbitMqServer
/** Also requires a certificate from clients. */
let strict: RabbitMqServer

beforeAll(async () => {
  certificates = new Certificates()
  authority = certificates.authority('authority')
  stranger = certificates.authority('stranger')
  const server = certificates.signed('server', authority, 'DNS:localhost')
  client = certificates.signed('client', authority, 'DNS:client')
  const start = (verify: string): Promise<RabbitMqServer> =>
    RabbitMqServer.start({
      files: {
        '/etc/rabbitmq/tls/ca.pem': authority.cert,
        '/etc/rabbitmq/tls/server.pem': server.cert,
        '/etc/rabbitmq/tls/server.key': server.key,
        '/etc/rabbitmq/conf.d/40-tls.conf': `listeners.ssl.default = 5671
        ssl_options.cacertfile = /etc/rabbitmq/tls/ca.pem
        ssl_options.certfile = /etc/rabbitmq/tls/server.pem
        ssl_options.keyfile = /etc/rabbitmq/tls/server.key
        ${verify}`.replaceAll(/^ +/gm, ''),
      },
    })
  ;[broker, strict] = await Promise.all([
    start('ssl_options.verify = verify_none'),
    start('ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true'),
  ])
})

afterAll(async () => {
  await Promise.all([broker[Symbol.asyncDispose](), strict[Symbol.asyncDispose]()])
  certificates[Symbol.dispose]()
})

function send(url: string, env: Record<string, string> = {}): Promise<Outcome> {
  return runProgram(producer, ['--url', url, 'over', 'TLS'], env)
}

const done = { code: 0, stdout: 'over TLS sent\n', stderr: '' }

describe('over TLS a lesson', () => {
  test('sends to a broker whose authority its URL names', async () => {
    const url = `amqps://localhost:${broker.tlsPort}?cacertfile=${authority.files.cert}`
    expect(await send(url)).toMatchObject(done)
  })

  test('sends to a broker whose authority is in NODE_EXTRA_CA_CERTS', async () => {
    const env = { NODE_EXTRA_CA_CERTS: authority.files.cert }
    expect(await send(`amqps://localhost:${broker.tlsPort}`, env)).toMatchObject(done)
  })

  test.each([
    ['no authority', () => ''],
    ['another authority', () => `?cacertfile=${stranger.files.cert}`],
  ])('refuses a broker whose certificate it cannot verify, with %s', async (_name, query) => {
    const { code, stderr } = await send(`amqps://localhost:${broker.tlsPort}${query()}`)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the certificate of amqps:\/\/localhost:\d+ is not signed by an authority that we trust \(.*\); name the authority/,
    )
  })

  test('refuses a broker whose certificate is for another host', async () => {
    const url = `amqps://127.0.0.1:${broker.tlsPort}?cacertfile=${authority.files.cert}`
    const { code, stderr } = await send(url)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the certificate of amqps:\/\/127\.0\.0\.1:\d+ is for another host: .*; connect to a host name/,
    )
  })

  test('presents a certificate to a broker that requires one', async () => {
    const { cert, key } = client.files
    const ca = authority.files.cert
    const url = `amqps://localhost:${strict.tlsPort}?cacertfile=${ca}&certfile=${cert}&keyfile=${key}`
    expect(await send(url)).toMatchObject(done)
  })

  test('reports that the broker requires a certificate', async () => {
    const url = `amqps://localhost:${strict.tlsPort}?cacertfile=${authority.files.cert}`
    const { code, stderr } = await send(url)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: the broker at .* requires a client certificate, .*; pass one/)
  })

  test('reports which file it cannot read', async () => {
    const { code, stderr } = await send('amqps://localhost?cacertfile=/no/such/ca.pem')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: cannot read the cacertfile of the URL: .*ca\.pem/)
  })
})

test('a session accepts certificates from memory', async () => {
  await using session = await Session.open({
    url: `amqps://localhost:${strict.tlsPort}`,
    tls: { ca: authority.cert, cert: client.cert, key: client.key },
  })
  const queue = await session.queue('memory')
  await queue.send('x')
  expect((await queue.get())?.ack()).toBe(true)
})
