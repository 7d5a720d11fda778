import type { ConnectionOptions } from 'node:tls'

import { CertificateAuthority, type CertificateName } from '@messaging-patterns/broker'
import { tlsBroker, type TlsBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'

import { fieldsOf } from './support/codec.ts'
import { isSince } from './support/contract.ts'
import { connectionClose, method } from './support/expected.ts'
import { Peer } from './support/peer.ts'

const authority = new CertificateAuthority('authority')

/** The names of certificates, and what RabbitMQ calls them. */
const names: [subject: CertificateName, distinguishedName: string][] = [
  [{ CN: 'orders' }, 'CN=orders'],
  [{ O: 'Acme', OU: 'Shipping', CN: 'orders' }, 'CN=orders,OU=Shipping,O=Acme'],
  [{ O: 'Acme, Inc.', CN: 'a+b "c" <d>;\\' }, 'CN=a\\+b \\"c\\" \\<d\\>\\;\\\\,O=Acme\\, Inc.'],
  [{ O: ' # ', CN: '#~é€' }, 'CN=\\#\\7E\\C3\\A9\\E2\\82\\AC,O=\\ #\\ '],
]

/** Asks clients for a certificate; the user is its whole name. */
let broker: TlsBroker
/** The user is its common name. */
let byCommonName: TlsBroker

interface Login {
  readonly mechanism?: string
  readonly response?: string
}

/** What a client with this certificate needs for TLS. */
function certificate(subject: CertificateName, issuer = authority): ConnectionOptions {
  return { ca: authority.cert, ...issuer.issue({ subject }) }
}

/** The certificate was valid for a year, two years ago. */
function expired(subject: CertificateName): ConnectionOptions {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * 365 * 24 * 3_600_000 })
  try {
    return certificate(subject)
  } finally {
    vi.useRealTimers()
  }
}

const without: ConnectionOptions = { ca: authority.cert }

function open({ tlsPort }: TlsBroker, tls: ConnectionOptions): Peer {
  return new Peer(`amqps://localhost:${tlsPort}`, tls)
}

/** Logs in, and returns the broker's answer to the login, or to connection.open. */
async function logIn(peer: Peer, { mechanism = 'EXTERNAL', response = '' }: Login = {}) {
  return peer.handshake({ mechanism, response: Buffer.from(response) })
}

function refused(mechanism: string): object {
  const reason = `Login was refused using authentication mechanism ${mechanism}.`
  return connectionClose(403, `ACCESS_REFUSED - ${reason} For details see the broker logfile.`)
}

const opened = method('ConnectionOpenOk', {}, 0)

/** `AMQP_URL` names a broker whose configuration is not ours to choose. */
const isOurs = inject('broker') === 'embedded' || inject('rabbitmq').container !== undefined

describe.skipIf(!isOurs || !isSince('4.3'))('over TLS', () => {
  beforeAll(async () => {
    const clients = 'verified'
    const users = names.map(([, name]) => name)
    ;[broker, byCommonName] = await Promise.all([
      tlsBroker({ authority, clients, users }),
      tlsBroker({ authority, clients, users: ['orders'], loginFrom: 'common_name' }),
    ])
  })
  afterAll(() => Promise.all([broker[Symbol.asyncDispose](), byCommonName[Symbol.asyncDispose]()]))

  test.for(names)('a client logs in with the certificate of %o as %s', async ([subject, user]) => {
    await using peer = open(broker, certificate(subject))
    expect(await logIn(peer)).toMatchObject(opened)
    await peer.ok(1, 'ChannelOpen')
    const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
    // The broker only accepts the name of the user.
    peer.publish(1, { routingKey: String(queue), body: 'x', properties: { userId: user } })
    expect(await peer.call(1, 'BasicGet', { queue })).toMatchObject(method('BasicGetOk'))
  })

  test('a client is the user that its certificate names, whatever it says', async () => {
    await using peer = open(broker, certificate({ CN: 'orders' }))
    expect(await logIn(peer, { response: 'guest' })).toMatchObject(opened)
  })

  test('a client logs in with its common name, if the broker is configured so', async () => {
    await using peer = open(byCommonName, certificate({ O: 'Acme', CN: 'orders' }))
    expect(await logIn(peer)).toMatchObject(opened)
  })

  test.for<[what: string, tls: ConnectionOptions]>([
    ['without a certificate', without],
    ['whose certificate names no user', certificate({ CN: 'stranger' })],
  ])('a client %s is refused with 403', async ([, tls]) => {
    await using peer = open(broker, tls)
    expect(await logIn(peer)).toEqual(refused('EXTERNAL'))
  })

  test('a client whose certificate has no common name is refused with 403', async () => {
    await using peer = open(byCommonName, certificate({ O: 'orders' }))
    expect(await logIn(peer)).toEqual(refused('EXTERNAL'))
  })

  test('EXTERNAL is offered, and without TLS it is not', async () => {
    await using secure = open(broker, without)
    await using plain = new Peer(broker.url)
    const [offered, offeredPlain] = await Promise.all(
      [secure, plain].map(async (peer) => {
        const { mechanisms } = fieldsOf(await peer.greet())
        return String(mechanisms).split(' ').toSorted()
      }),
    )
    expect(offered).toEqual(['AMQPLAIN', 'ANONYMOUS', 'EXTERNAL', 'PLAIN'])
    expect(offeredPlain).toEqual(['AMQPLAIN', 'ANONYMOUS', 'PLAIN'])
    expect(await plain.login({ mechanism: 'EXTERNAL' })).toEqual({ kind: 'end' })
  })

  test('a user without a password cannot log in with an empty one', async () => {
    await using peer = open(broker, certificate({ CN: 'orders' }))
    const login = { mechanism: 'PLAIN', response: '\0CN=orders\0' }
    expect(await logIn(peer, login)).toEqual(refused('PLAIN'))
  })

  test('a client with a certificate can log in with a password', async () => {
    await using peer = open(broker, certificate({ CN: 'stranger' }))
    expect(await logIn(peer, { mechanism: 'PLAIN', response: '\0guest\0guest' })).toMatchObject(
      opened,
    )
  })

  test.for<[what: string, tls: ConnectionOptions]>([
    [
      'another authority signed',
      certificate({ CN: 'orders' }, new CertificateAuthority('authority')),
    ],
    ['has expired', expired({ CN: 'orders' })],
  ])('a client whose certificate %s is disconnected before it can log in', async ([, tls]) => {
    await using peer = open(broker, tls)
    expect(await peer.greet()).toEqual({ kind: 'end' })
  })
})
