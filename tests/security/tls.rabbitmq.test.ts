import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'

import { Session } from '@messaging-patterns/shared'
import { RabbitMqServer, runProgram, type Outcome } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Certificates, type Certificate } from './support/certificates.ts'

const producer = 'packages/basic/src/producer.ts'

let certificates: Certificates
let authority: Certificate
let stranger: Certificate
let client: Certificate
/** Signed by the stranger, whom the broker does not know. */
let foreigner: Certificate
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
  foreigner = certificates.signed('foreigner', stranger, 'DNS:client')
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

  // TLS 1.2 has no alert for a missing certificate, and RabbitMQ sends the general one.
  test.each([
    ['requires a client certificate, and this one was missing or not accepted', {}],
    [
      'broke off the TLS handshake, probably because it requires a client certificate',
      { NODE_OPTIONS: '--tls-max-v1.2' },
    ],
  ])('reports that the broker %s', async (what, env) => {
    const url = `amqps://localhost:${strict.tlsPort}?cacertfile=${authority.files.cert}`
    const { code, stderr } = await send(url, env)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: the broker at amqps:.*; pass one that it trusts: amqps:/)
    expect(stderr).toContain(what)
  })

  test.each([{}, { NODE_OPTIONS: '--tls-max-v1.2' }])(
    'reports that the broker does not know who signed its certificate: %j',
    async (env) => {
      const { cert, key } = foreigner.files
      const ca = authority.files.cert
      const url = `amqps://localhost:${strict.tlsPort}?cacertfile=${ca}&certfile=${cert}&keyfile=${key}`
      const { code, stderr } = await send(url, env)
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /^error: the broker at .* does not know the authority that signed the client certificate; pass one that it trusts/,
      )
    },
  )

  test('mentions the certificate when a server ends the connection without an alert', async () => {
    const { key, cert } = certificates.signed('silent', authority, 'DNS:localhost')
    await using silent = createServer({ key, cert }, (socket) => socket.destroy())
    silent.listen(0)
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const url = `amqps://localhost:${port}?cacertfile=${authority.files.cert}`
    const { code, stderr } = await send(url)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /broke off the AMQP 0-9-1 handshake: .*, or refuses this client certificate \(/,
    )
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
