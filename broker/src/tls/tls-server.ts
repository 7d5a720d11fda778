import { X509Certificate } from 'node:crypto'
import { createServer, type Server, type TLSSocket } from 'node:tls'

import type { TlsSession } from '../connection/peer.ts'
import { InvalidOptionError } from '../settings/invalid-option-error.ts'
import type { Pem, TlsSettings } from '../settings/tls-options.ts'
import { userNameOf } from './certificate-name.ts'

export interface TlsServerActions {
  readonly onSecure: (socket: TLSSocket, tls: TlsSession) => void
  /** The handshake failed, or the certificate of the client is not valid. */
  readonly onFailed: (reason: string) => void
}

/** A server for amqps. It leaves nothing of a client that fails or stalls in the TLS handshake. */
export function createTlsServer(
  settings: TlsSettings,
  handshakeTimeout: number,
  { onSecure, onFailed }: TlsServerActions,
): Server {
  const { cert, key, passphrase, ca, requireCertificate } = settings
  // OpenSSL would only say "bad decrypt".
  if (passphrase === undefined && isEncrypted(key))
    throw new InvalidOptionError(
      'tls.key',
      'is encrypted: pass tls.passphrase too, or decrypt it with openssl pkey',
    )
  // Node ignores authorities that it cannot read.
  check('tls.ca', () => ca.map((pem) => new X509Certificate(toBuffer(pem))))
  const server = check('tls', () =>
    createServer({
      noDelay: true,
      handshakeTimeout,
      cert: toBuffer(cert),
      key: toBuffer(key),
      ...(passphrase !== undefined && { passphrase }),
      ...(ca.length > 0 && { ca: ca.map(toBuffer), requestCert: true }),
      // A client that must have a certificate and has none gets an alert from OpenSSL.
      rejectUnauthorized: requireCertificate,
    }),
  )
  server.on('secureConnection', (socket) => {
    const certificate = socket.getPeerX509Certificate()
    // Without a certificate, a client is not authorized either.
    if (certificate === undefined || socket.authorized) {
      onSecure(socket, {
        verifies: ca.length > 0,
        certificateName: certificate && userNameOf(certificate, settings.loginFrom),
        protocol: socket.getProtocol() ?? '',
        cipherSuite: socket.getCipher().standardName,
        certificate,
      })
    } else {
      socket.on('error', () => {})
      socket.destroy()
      onFailed(certificateProblem(socket))
    }
  })
  server.on('tlsClientError', (error, socket) => {
    // After a timeout, Node leaves this to us.
    socket.destroy()
    onFailed(socket.authorizationError ? certificateProblem(socket) : handshakeProblem(error))
  })
  return server
}

/** OpenSSL's errors have a reason; their messages also contain where in its code they occurred. */
interface TlsError extends NodeJS.ErrnoException {
  readonly reason?: string
}

/** Where OpenSSL reads something else as the start of a handshake. */
const notTls: readonly (string | undefined)[] = [
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_HTTP_REQUEST',
]

function handshakeProblem(error: TlsError): string {
  if (notTls.includes(error.code)) return 'the client does not speak TLS'
  // This is all that Node's clients do about a certificate that they do not trust.
  return error.code === 'ECONNRESET'
    ? 'the client hung up, as it does if it does not trust the certificate'
    : (error.reason ?? error.message)
}

function certificateProblem({ authorizationError }: TLSSocket): string {
  return `the certificate of the client is not valid: ${String(authorizationError)}`
}

function check<T>(option: string, use: () => T): T {
  try {
    return use()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidOptionError(option, `has a certificate or key that cannot be used: ${reason}`)
  }
}

/** The first lines of an encrypted key say so, each format in its own way. */
function isEncrypted(key: Pem): boolean {
  return /^(-----BEGIN |Proc-Type: 4,)ENCRYPTED/m.test(toBuffer(key).toString('latin1'))
}

function toBuffer(pem: Pem): Buffer {
  return Buffer.from(pem)
}
