import type { ConnectionOptions } from 'node:tls'

import { CertificateAuthority, type CertificateName } from '@messaging-patterns/broker'
import { tlsBroker, type TlsBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { isSince, unique } from './support/contract.ts'
import { confirmed, response, streamOf } from './support/stream-protocol/steps.ts'
import { StreamPeer } from './support/stream-protocol/stream-peer.ts'

const authority = new CertificateAuthority('authority')

/** Asks clients for a certificate; the user is its whole name. */
let broker: TlsBroker

/** What a client with this certificate needs for TLS. */
function certificate(subject: CertificateName, issuer = authority): ConnectionOptions {
  return { ca: authority.cert, ...issuer.issue({ subject }) }
}

const without: ConnectionOptions = { ca: authority.cert }

function connect(tls: ConnectionOptions): StreamPeer {
  return new StreamPeer(`rabbitmq-stream+tls://localhost:${broker.streamTlsPort}`, tls)
}

/** Logs in, and returns the broker's answer. */
async function logIn(peer: StreamPeer, mechanism = 'EXTERNAL', text = '') {
  await peer.call('PeerProperties', (to) => to.map({ product: 'contract' }))
  await peer.call('SaslHandshake')
  return peer.authenticate({ mechanism, response: Buffer.from(text) })
}

/** `AMQP_URL` names a broker whose configuration is not ours to choose. */
const isOurs = inject('broker') === 'embedded' || inject('rabbitmq').container !== undefined

describe.skipIf(!isOurs || !isSince('4.3'))('the stream protocol over TLS', () => {
  beforeAll(async () => {
    broker = await tlsBroker({ authority, clients: 'verified', users: ['CN=orders'] })
  })
  afterAll(() => broker[Symbol.asyncDispose]())

  test('a client publishes and consumes', async () => {
    await using peer = connect(without)
    await peer.login()
    peer.tune()
    await peer.openVhost()
    const stream = await streamOf(peer, unique('secure'))
    await confirmed(peer, [{ id: 1, body: 'a' }])
    await peer.subscribe(stream)
    expect((await peer.delivery()).chunk.records).toBe(1)
  })

  test('a client is told the port for TLS', async () => {
    await using peer = connect(without)
    await peer.login()
    peer.tune()
    const { properties } = await peer.openVhost()
    // In a container, the port has another number outside.
    const port = broker.kind === 'embedded' ? broker.streamTlsPort : 5551
    expect(properties).toMatchObject({ advertised_port: String(port) })
  })

  test('a client logs in with the certificate of a user', async () => {
    await using peer = connect(certificate({ CN: 'orders' }))
    expect(await logIn(peer)).toEqual(response('SaslAuthenticate', 'ok'))
    await peer.next()
    peer.tune()
    expect(await peer.openVhost()).toMatchObject(response('Open', 'ok'))
  })

  test.for<[what: string, tls: ConnectionOptions]>([
    ['without a certificate', without],
    ['whose certificate names no user', certificate({ CN: 'stranger' })],
  ])('a client %s is refused', async ([, tls]) => {
    await using peer = connect(tls)
    expect(await logIn(peer)).toEqual(response('SaslAuthenticate', 'authenticationFailure'))
    expect(await peer.next()).toEqual({ name: 'end' })
  })

  test('EXTERNAL is offered', async () => {
    await using peer = connect(without)
    await peer.call('PeerProperties', (to) => to.map({ product: 'contract' }))
    const { mechanisms } = await peer.call('SaslHandshake')
    expect((mechanisms as readonly string[]).toSorted()).toEqual([
      'AMQPLAIN',
      'ANONYMOUS',
      'EXTERNAL',
      'PLAIN',
    ])
  })

  test('a client with a certificate can log in with a password', async () => {
    await using peer = connect(certificate({ CN: 'stranger' }))
    expect(await logIn(peer, 'PLAIN', '\0guest\0guest')).toEqual(response('SaslAuthenticate', 'ok'))
  })

  test('a client whose certificate another authority signed is disconnected before it can log in', async () => {
    const stranger = new CertificateAuthority('authority')
    await using peer = connect(certificate({ CN: 'orders' }, stranger))
    expect(await peer.call('PeerProperties', (to) => to.map({}))).toEqual({ name: 'end' })
  })
})
