import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'

import { CertificateAuthority } from '@messaging-patterns/broker'
import { Session } from '@messaging-patterns/shared'
import { runProgram, tlsBroker, type Outcome, type TlsBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'

import { CertificateFiles } from './support/certificates.ts'

const year = 365 * 24 * 3_600_000
const producer = 'packages/basic/src/producer.ts'

const authority = new CertificateAuthority('authority')
const client = authority.issue({ subject: { CN: 'client' } })
const files = new CertificateFiles()
const authorityFile = files.write('authority', authority).cert
const stranger = new CertificateAuthority('stranger')
const strangerFile = files.write('stranger', stranger).cert
const clientFiles = files.write('client', client)
/** Signed by the stranger, whom the broker does not know. */
const foreigner = files.write('foreigner', stranger.issue({ subject: { CN: 'client' } }))

/** Presents a certificate, and does not ask clients for one. */
let broker: TlsBroker
/** Also requires a certificate from clients. */
let strict: TlsBroker

beforeAll(async () => {
  ;[broker, strict] = await Promise.all([
    tlsBroker({ authority, clients: 'not asked' }),
    tlsBroker({ authority, clients: 'required' }),
  ])
})

afterAll(async () => {
  await Promise.all([broker[Symbol.asyncDispose](), strict[Symbol.asyncDispose]()])
  files[Symbol.dispose]()
})

function send(url: string, env: Record<string, string> = {}): Promise<Outcome> {
  return runProgram(producer, ['--url', url, 'over', 'TLS'], env)
}

const done = { code: 0, stdout: 'over TLS sent\n', stderr: '' }

describe('over TLS a lesson', () => {
  test('sends to a broker whose authority its URL names', async () => {
    const url = `amqps://localhost:${broker.tlsPort}?cacertfile=${authorityFile}`
    expect(await send(url)).toMatchObject(done)
  })

  test('sends to a broker whose authority is in NODE_EXTRA_CA_CERTS', async () => {
    const env = { NODE_EXTRA_CA_CERTS: authorityFile }
    expect(await send(`amqps://localhost:${broker.tlsPort}`, env)).toMatchObject(done)
  })

  test.each([
    ['no authority', () => ''],
    ['another authority', () => `?cacertfile=${strangerFile}`],
  ])('refuses a broker whose certificate it cannot verify, with %s', async (_name, query) => {
    const { code, stderr } = await send(`amqps://localhost:${broker.tlsPort}${query()}`)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the certificate of amqps:\/\/localhost:\d+ is not signed by an authority that we trust \(.*\); name the authority/,
    )
  })

  test('refuses a broker whose certificate is for another host', async () => {
    const url = `amqps://127.0.0.1:${broker.tlsPort}?cacertfile=${authorityFile}`
    const { code, stderr } = await send(url)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the certificate of amqps:\/\/127\.0\.0\.1:\d+ is for another host: .*; connect to a host name/,
    )
  })

  test('presents a certificate to a broker that requires one', async () => {
    const { cert, key } = clientFiles
    const ca = authorityFile
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
    const url = `amqps://localhost:${strict.tlsPort}?cacertfile=${authorityFile}`
    const { code, stderr } = await send(url, env)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: the broker at amqps:.*; pass one that it trusts: amqps:/)
    expect(stderr).toContain(what)
  })

  test.each([{}, { NODE_OPTIONS: '--tls-max-v1.2' }])(
    'reports that the broker does not accept its certificate: %j',
    async (env) => {
      const { cert, key } = foreigner
      const url = `amqps://localhost:${strict.tlsPort}?cacertfile=${authorityFile}&certfile=${cert}&keyfile=${key}`
      const { code, stderr } = await send(url, env)
      expect(code).toBe(1)
      // A TLS server of Node closes the connection without an alert.
      expect(stderr).toMatch(
        inject('broker') === 'rabbitmq'
          ? /^error: the broker at .* does not know the authority that signed the client certificate; pass one that it trusts/
          : /^error: the server at .* broke off .*, or refuses this client certificate \(/,
      )
    },
  )

  test('refuses a broker whose certificate has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * year })
    const old = new CertificateAuthority('authority')
    const identity = old.issue({ subject: { CN: 'localhost' }, hosts: ['localhost'] })
    vi.useRealTimers()
    await using expired = createServer(identity).listen(0)
    await once(expired, 'listening')
    const { port } = expired.address() as AddressInfo
    const { cert } = files.write('expired', old)
    const { code, stderr } = await send(`amqps://localhost:${port}?cacertfile=${cert}`)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the certificate of amqps:\S+ is not valid today \(certificate has expired\); renew it/,
    )
  })

  test('reports that a port does not speak TLS', async () => {
    const url = `amqps://localhost:${new URL(broker.url).port}?cacertfile=${authorityFile}`
    const { code, stderr } = await send(url)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: the server at amqps:\S+ does not speak TLS; write amqp:\/\//)
  })

  test('mentions TLS when a port that expects it ends a connection without TLS', async () => {
    const { code, stderr } = await send(`amqp://localhost:${broker.tlsPort}`)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the server at amqp:\S+ broke off .*, or expects TLS \(amqps:\/\/\) \(/,
    )
  })

  test('mentions the certificate when a server ends the connection without an alert', async () => {
    const { key, cert } = authority.issue({ subject: { CN: 'localhost' }, hosts: ['localhost'] })
    await using silent = createServer({ key, cert }, (socket) => socket.destroy())
    silent.listen(0)
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const url = `amqps://localhost:${port}?cacertfile=${authorityFile}`
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

test('a session reads large and small messages over TLS', async () => {
  await using session = await Session.open({
    url: `amqps://localhost:${broker.tlsPort}`,
    tls: { ca: authority.cert },
  })
  const queue = await session.queue('sizes')
  const bodies = Array.from({ length: 50 }, (_, i) => `${i} ${'x'.repeat((i % 5) * 50_000)}`)
  await Promise.all(bodies.map((body) => queue.send(body)))
  const received: unknown[] = []
  const deliveries = await queue.consume({ prefetch: 100, autoAck: true, limit: bodies.length })
  for await (const { body } of deliveries) received.push(body)
  expect(received).toEqual(bodies)
})
