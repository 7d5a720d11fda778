import type { X509Certificate } from 'node:crypto'

import type { TlsSession } from '../../connection/peer.ts'
import { distinguishedName } from '../../tls/certificate-name.ts'
import type { JsonObject } from '../format/json-fields.ts'

/** What the API says about the TLS of a connection, if it has any. */
export function tlsView(session: TlsSession | undefined): JsonObject {
  return {
    ssl: session !== undefined,
    ssl_protocol: session?.protocol.toLowerCase() ?? null,
    ...cipherView(session?.cipherSuite),
    ...certificateView(session?.certificate),
  }
}

/**
 * Erlang's names for the parts of a cipher suite: `TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256`, or in TLS 1.3,
 * where the key exchange is not a part of it, `TLS_AES_128_GCM_SHA256`.
 */
function cipherView(suite = ''): JsonObject {
  const parts = /^TLS_(?:(\w+)_WITH_)?(\w+?)(?:_(SHA\d*))?$/.exec(suite)
  if (parts === null) return { ssl_key_exchange: null, ssl_cipher: null, ssl_hash: null }
  const [, keyExchange = 'any', cipher = '', hash = ''] = parts
  // These authenticate the data themselves, and need the hash for other things.
  const authenticates = /_(GCM|CCM|POLY1305)$/.test(cipher)
  return {
    ssl_key_exchange: keyExchange.toLowerCase(),
    ssl_cipher: cipher.toLowerCase(),
    ssl_hash: authenticates ? 'aead' : hash.toLowerCase(),
  }
}

function certificateView(certificate: X509Certificate | undefined): JsonObject {
  return {
    peer_cert_subject: certificate ? distinguishedName(certificate.subject) : null,
    peer_cert_issuer: certificate ? distinguishedName(certificate.issuer) : null,
    peer_cert_serial_number: certificate?.serialNumber.replace(/^0+/, '') ?? null,
    peer_cert_validity: certificate
      ? `${isoTime(certificate.validFrom)} - ${isoTime(certificate.validTo)}`
      : null,
  }
}

function isoTime(text: string): string {
  return new Date(text).toISOString().replace('.000Z', 'Z')
}
