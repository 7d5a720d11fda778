import { X509Certificate } from 'node:crypto'

import { CertificateAuthority } from '@messaging-patterns/broker'
import { tlsBroker, waitFor, type TlsBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { Client } from '../contract/support/client.ts'
import { Api } from './support/api.ts'

// RabbitMQ lists a connection after up to five seconds, so these wait together.
vi.setConfig({ maxConcurrency: 20, testTimeout: 60_000 })

const authority = new CertificateAuthority('authority')
const client = authority.issue({ subject: { CN: 'orders', O: 'Acme' } })
let broker: TlsBroker
let api: Api

beforeAll(async () => {
  broker = await tlsBroker({ authority, clients: 'verified', users: ['O=Acme,CN=orders'] })
  api = new Api(broker.managementUrl)
}, 120_000)

afterAll(() => broker[Symbol.asyncDispose]())

interface Listed {
  readonly user_provided_name?: string
}

/** What the API says about a connection to `url`. */
async function listed(url: string, options: object): Promise<Listed> {
  const name = unique('tls')
  const clientProperties = { connection_name: name }
  await using _client = await Client.open(url, { ca: authority.cert, clientProperties, ...options })
  return await waitFor(
    `the API to list the connection ${name}`,
    async () => {
      const connections = (await api.get('connections')).body as Listed[]
      return connections.find((each) => each.user_provided_name === name)
    },
    { interval: 250, timeout: 25_000 },
  )
}

const withoutCertificate = {
  peer_cert_subject: null,
  peer_cert_issuer: null,
  peer_cert_serial_number: null,
  peer_cert_validity: null,
}

describe.concurrent('a connection', () => {
  test.each([
    [
      'TLSv1.3',
      'TLS_AES_256_GCM_SHA384',
      { ssl_protocol: 'tlsv1.3', ssl_key_exchange: 'any', ssl_cipher: 'aes_256_gcm' },
    ],
    [
      'TLSv1.3',
      'TLS_CHACHA20_POLY1305_SHA256',
      { ssl_protocol: 'tlsv1.3', ssl_key_exchange: 'any', ssl_cipher: 'chacha20_poly1305' },
    ],
    [
      'TLSv1.2',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      { ssl_protocol: 'tlsv1.2', ssl_key_exchange: 'ecdhe_ecdsa', ssl_cipher: 'aes_128_gcm' },
    ],
  ])('over %s shows the protocol and the cipher %s', async (version, ciphers, shown) => {
    const url = `amqps://guest:guest@localhost:${broker.tlsPort}`
    const options = { minVersion: version, maxVersion: version, ciphers }
    expect(await listed(url, options)).toMatchObject({
      ssl: true,
      ssl_hash: 'aead',
      ...shown,
      ...withoutCertificate,
    })
  })

  test('shows the certificate of the client', async () => {
    const { validFrom, validTo, serialNumber } = new X509Certificate(client.cert)
    const [from, to] = [validFrom, validTo].map((date) =>
      new Date(date).toISOString().replace('.000Z', 'Z'),
    )
    const url = `amqps://guest:guest@localhost:${broker.tlsPort}`
    expect(await listed(url, client)).toMatchObject({
      ssl: true,
      peer_cert_subject: 'O=Acme,CN=orders',
      peer_cert_issuer: 'CN=authority',
      peer_cert_serial_number: serialNumber.replace(/^0+/, ''),
      peer_cert_validity: `${from} - ${to}`,
    })
  })

  test('without TLS shows nothing of it', async () => {
    expect(await listed(broker.url, {})).toMatchObject({
      ssl: false,
      ssl_protocol: null,
      ssl_key_exchange: null,
      ssl_cipher: null,
      ssl_hash: null,
      ...withoutCertificate,
    })
  })
})

test('the overview lists the listener', async () => {
  expect((await api.get('overview')).body).toMatchObject({
    listeners: expect.arrayContaining([
      expect.objectContaining({ protocol: 'amqp', tls: false }),
      expect.objectContaining({ protocol: 'amqp/ssl', tls: true }),
    ]),
  })
})

test('the node has the mechanism EXTERNAL', async () => {
  expect((await api.get('nodes')).body).toMatchObject([
    {
      auth_mechanisms: expect.arrayContaining([
        expect.objectContaining({ name: 'PLAIN', enabled: true }),
        expect.objectContaining({ name: 'EXTERNAL', enabled: true }),
      ]),
    },
  ])
})

test('a user without a password has no hash', async () => {
  expect((await api.get('users/O=Acme,CN=orders')).body).toMatchObject({ password_hash: '' })
})
