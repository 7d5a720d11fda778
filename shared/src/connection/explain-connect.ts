import type { ChannelModel } from 'amqplib'

import { codeOf, messageOf, reasonOf } from '../errors/foreign-errors.ts'
import { MessagingError, type MessagingErrorCode } from '../errors/messaging-error.ts'
import { maskUrl } from './broker-url.ts'
import { pnpm } from '../errors/pnpm.ts'
import { isOlder } from './version.ts'

const startABroker = `start one: ${pnpm} broker, or docker compose up -d --wait`
const checkThePort =
  'check host and port: AMQP is on 5672, amqps on 5671, the management page on 15672'
const passACertificate = 'pass one that it trusts: amqps://...?certfile=cert.pem&keyfile=key.pem'

/**
 * Why no connection could be opened, with a remedy. If several brokers were tried the message names
 * the reason of each, and code and remedy are those of the first.
 *
 * @param failures What amqplib rejected with, by the URL that was tried.
 */
export function explainConnect(failures: ReadonlyMap<URL, unknown>): MessagingError {
  const explained = [...failures].map(([url, error]) => explainOne(url, error))
  const [first, ...others] = explained
  if (first === undefined) return new MessagingError('CONNECT_FAILED', 'no broker was tried')
  if (others.length === 0) return first
  const text = explained.map(({ message }) => message).join('; ')
  return new MessagingError(first.code, text, { cause: first.cause, remedy: first.remedy })
}

function explainOne(url: URL, error: unknown): MessagingError {
  if (error instanceof MessagingError) return error
  const where = maskUrl(url)
  // For TLS errors Node's codes are more precise, for all others the texts.
  const text = messageOf(error)
  const evidence = `${text} ${String(codeOf(error))}`
  const known = handshakeFaults.find(({ pattern }) => pattern.test(evidence))
  if (known !== undefined)
    return new MessagingError(known.code, known.explain(where, reasonOf(error)), {
      cause: error,
      remedy: known.remedy,
    })
  const message = `cannot reach a broker at ${where}: ${networkFault(error)}`
  // Another program may listen there and wait for the client to speak its protocol.
  const remedy = text.includes('ETIMEDOUT') ? checkThePort : startABroker
  return new MessagingError('CONNECT_FAILED', message, { cause: error, remedy })
}

interface HandshakeFault {
  readonly pattern: RegExp
  readonly code: MessagingErrorCode
  readonly remedy: string
  explain(where: string, reason: string): string
}

// amqplib tells these apart only by their texts.
const handshakeFaults: readonly HandshakeFault[] = [
  {
    pattern: /ACCESS_REFUSED|ACCESS-REFUSED/,
    code: 'LOGIN_REFUSED',
    remedy:
      'check the user and password in --url or AMQP_URL; the default is guest with the password guest, which works only on the same machine',
    explain: (where) => `the broker at ${where} refused this user or password`,
  },
  {
    // amqplib does not pass on the broker's text here.
    pattern: /Expected ConnectionOpenOk; got <ConnectionClose/,
    code: 'VHOST_REFUSED',
    remedy: `${pnpm} broker only has "/", the default; on RabbitMQ, rabbitmqctl list_vhosts lists them, and rabbitmqctl add_vhost NAME creates one`,
    explain: (where) =>
      `the broker at ${where} did not open this virtual host: it does not exist, has reached its limit of connections, or this user has no access to it`,
  },
  {
    pattern: /ERR_TLS_CERT_ALTNAME_INVALID/,
    code: 'CERTIFICATE_REFUSED',
    remedy: 'connect to a host name that the certificate contains',
    explain: (where, reason) => `the certificate of ${where} is for another host: ${reason}`,
  },
  {
    pattern: /ERR_SSL_\S*ALERT_\w*CERTIFICATE|alert certificate required/i,
    code: 'CERTIFICATE_REFUSED',
    remedy: passACertificate,
    explain: (where) =>
      `the broker at ${where} requires a client certificate, and this one was missing or not accepted`,
  },
  {
    pattern: /ERR_SSL_\S*ALERT_UNKNOWN_CA/,
    code: 'CERTIFICATE_REFUSED',
    remedy: passACertificate,
    explain: (where) =>
      `the broker at ${where} does not know the authority that signed the client certificate`,
  },
  {
    // TLS 1.2 has no alert for a missing certificate.
    pattern: /ERR_SSL_\S*ALERT_HANDSHAKE_FAILURE/,
    code: 'CERTIFICATE_REFUSED',
    remedy: passACertificate,
    explain: (where) =>
      `the broker at ${where} broke off the TLS handshake, probably because it requires a client certificate`,
  },
  {
    pattern: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    code: 'CERTIFICATE_REFUSED',
    remedy: 'renew it, or correct the clock of this machine',
    explain: (where, reason) => `the certificate of ${where} is not valid today (${reason})`,
  },
  {
    // OpenSSL reads the answer of a server without TLS as a version or a length.
    pattern: /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/,
    code: 'HANDSHAKE_FAILED',
    remedy: 'write amqp:// for this port, or use the port for amqps, usually 5671',
    explain: (where) => `the server at ${where} does not speak TLS`,
  },
  {
    pattern: /UNABLE_TO_|SELF_SIGNED|CERT_(?!ALTNAME)\w+/,
    code: 'CERTIFICATE_REFUSED',
    remedy:
      'name the authority that signed it: amqps://...?cacertfile=ca.pem, or NODE_EXTRA_CA_CERTS',
    explain: (where, reason) =>
      `the certificate of ${where} is not signed by an authority that we trust (${reason})`,
  },
  {
    pattern:
      /Socket closed abruptly|Expected Connection|Frame on channel|frameMax|ECONNRESET|EPROTO|Frame size/,
    code: 'HANDSHAKE_FAILED',
    remedy: checkThePort,
    explain(where, reason) {
      // In TLS 1.3 the server checks the client's certificate after the client's handshake is over.
      // If it then closes the connection, its alert may not arrive.
      const orElse = where.startsWith('amqps:')
        ? 'refuses this client certificate'
        : 'expects TLS (amqps://)'
      return `the server at ${where} broke off the AMQP 0-9-1 handshake: it is not an AMQP broker, or too old, or ${orElse} (${reason})`
    },
  },
]

function networkFault(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') return 'nothing is listening there (ECONNREFUSED)'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host is unknown (${code})`
  if (messageOf(error).includes('ETIMEDOUT')) return 'it does not answer (ETIMEDOUT)'
  return messageOf(error)
}

/** The error for a broker that is older than `minimum`; undefined if it is not. */
export function explainVersion(
  model: ChannelModel,
  minimum: string | undefined,
  where: string,
): MessagingError | undefined {
  const { product, version } = model.connection.serverProperties
  if (minimum === undefined || !isOlder(version, minimum)) return undefined
  return new MessagingError(
    'BROKER_TOO_OLD',
    `${product} ${version} at ${where} is older than ${minimum}, which is required here`,
    { remedy: 'start a newer one: docker compose up -d --wait' },
  )
}

/** The error for a connection that was lost and not recovered; `after` is in milliseconds. */
export function explainLoss(urls: readonly URL[], cause: unknown, after?: number): MessagingError {
  const where = urls.map(maskUrl).join(', ')
  const tried =
    after === undefined ? '' : ` and could not be recovered in ${Math.round(after / 1000)} s`
  return new MessagingError(
    'CONNECTION_LOST',
    `the connection to the broker at ${where} was lost${tried} (${reasonOf(cause)})`,
    { cause, remedy: `start the broker again: ${pnpm} broker, or docker compose up -d --wait` },
  )
}
