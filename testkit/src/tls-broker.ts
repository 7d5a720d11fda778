import { startBroker, type CertificateAuthority, type LoginFrom } from '@messaging-patterns/broker'
import { inject } from 'vitest'

import { RabbitMqServer } from './rabbitmq/server.ts'
import type { BrokerKind } from './test-broker.ts'

export interface TlsBrokerOptions {
  /** Signs the certificate of the broker. */
  readonly authority: CertificateAuthority
  /** What happens to the certificates of clients, which the same authority signs. */
  readonly clients: 'not asked' | 'verified' | 'required'
  /** In addition to guest: users that log in with a certificate. */
  readonly users?: readonly string[]
  readonly loginFrom?: LoginFrom
}

/** A broker with a listener for amqps, of the kind that the current vitest project tests. */
export interface TlsBroker extends AsyncDisposable {
  readonly kind: BrokerKind
  /** For amqps://localhost. */
  readonly tlsPort: number
  /** For rabbitmq-stream+tls://localhost. */
  readonly streamTlsPort: number
  /** Without TLS, as guest. */
  readonly url: string
  /** The management API, as guest. */
  readonly managementUrl: string
}

export function tlsBroker(options: TlsBrokerOptions): Promise<TlsBroker> {
  return inject('broker') === 'rabbitmq' ? rabbitMq(options) : embedded(options)
}

async function rabbitMq(options: TlsBrokerOptions): Promise<TlsBroker> {
  const { authority, users = [] } = options
  const { cert, key } = certificateOf(authority)
  const server = await RabbitMqServer.start({
    files: {
      '/etc/rabbitmq/tls/ca.pem': authority.cert,
      '/etc/rabbitmq/tls/server.pem': cert,
      '/etc/rabbitmq/tls/server.key': key,
      '/etc/rabbitmq/conf.d/40-tls.conf': configurationOf(options),
      '/etc/rabbitmq/enabled_plugins':
        '[rabbitmq_auth_mechanism_ssl,rabbitmq_management,rabbitmq_stream_management].\n',
    },
  })
  for (const user of users) {
    const name = encodeURIComponent(user)
    await server.management.request('PUT', `users/${name}`, { password_hash: '', tags: '' })
    await server.management.request('PUT', `permissions/%2F/${name}`, everything)
  }
  return {
    kind: 'rabbitmq',
    tlsPort: server.tlsPort,
    streamTlsPort: server.streamTlsPort,
    url: server.url,
    managementUrl: server.managementUrl,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const everything = { configure: '.*', write: '.*', read: '.*' }

function configurationOf({ clients, loginFrom = 'distinguished_name' }: TlsBrokerOptions): string {
  const settings = {
    'listeners.ssl.default': '5671',
    'stream.listeners.ssl.default': '5551',
    'ssl_options.cacertfile': '/etc/rabbitmq/tls/ca.pem',
    'ssl_options.certfile': '/etc/rabbitmq/tls/server.pem',
    'ssl_options.keyfile': '/etc/rabbitmq/tls/server.key',
    'ssl_options.verify': clients === 'not asked' ? 'verify_none' : 'verify_peer',
    'ssl_options.fail_if_no_peer_cert': String(clients === 'required'),
    ssl_cert_login_from: loginFrom,
    'auth_mechanisms.1': 'PLAIN',
    'auth_mechanisms.2': 'AMQPLAIN',
    'auth_mechanisms.3': 'ANONYMOUS',
    ...(clients !== 'not asked' && { 'auth_mechanisms.4': 'EXTERNAL' }),
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

async function embedded(options: TlsBrokerOptions): Promise<TlsBroker> {
  const { authority, clients, users = [], loginFrom } = options
  const broker = await startBroker({
    management: 0,
    streams: { tlsPort: 0 },
    users: {
      guest: { password: 'guest', loopbackOnly: true },
      ...Object.fromEntries(users.map((user) => [user, {}])),
    },
    tls: {
      ...certificateOf(authority),
      ...(clients !== 'not asked' && { ca: authority.cert }),
      ...(loginFrom !== undefined && { loginFrom }),
      requireCertificate: clients === 'required',
    },
  })
  return {
    kind: 'embedded',
    tlsPort: broker.tlsPort,
    streamTlsPort: Number(new URL(broker.streamTlsUrl ?? '').port),
    url: broker.url,
    managementUrl: String(broker.managementUrl),
    [Symbol.asyncDispose]: () => broker.close(),
  }
}

function certificateOf(authority: CertificateAuthority): { cert: string; key: string } {
  return authority.issue({ subject: { CN: 'localhost' }, hosts: ['localhost'] })
}
