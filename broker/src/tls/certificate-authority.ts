import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'

import {
  bitString,
  boolean,
  field,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from './der.ts'

/** A certificate and its private key, in PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** The parts of a name, in the order in which the certificate has them. */
export type CertificateName = Readonly<Partial<Record<'CN' | 'O' | 'OU', string>>>

export interface CertificateRequest {
  readonly subject: CertificateName
  /** The names and IP addresses of a server. */
  readonly hosts?: readonly string[]
}

const attributes: ReadonlyMap<string, string> = new Map([
  ['CN', '2.5.4.3'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
])

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))
const serverAuth = objectId('1.3.6.1.5.5.7.3.1')
const clientAuth = objectId('1.3.6.1.5.5.7.3.2')
const hour = 3_600_000
const year = 365 * 24 * hour

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/**
 * A throwaway certificate authority for tests. Its private key exists only in the memory of this
 * process, and its certificates are valid for a year.
 */
export class CertificateAuthority {
  /** Its own certificate, in PEM: what the other side has to trust. */
  readonly cert: string
  readonly #keys = newKeys()
  readonly #name: Buffer

  constructor(name = 'throwaway authority') {
    this.#name = encodeName({ CN: name })
    this.cert = this.#sign({
      subject: this.#name,
      publicKey: this.#keys.publicKey,
      extensions: [
        // It is an authority, and its key signs certificates and revocation lists.
        extension('2.5.29.19', sequence(boolean(true)), true),
        extension('2.5.29.15', bitString(Buffer.of(0b0000_0110), 1), true),
        extension('2.5.29.14', octetString(keyId(this.#keys.publicKey))),
      ],
    })
  }

  /** Issues a certificate for a server or a client. */
  issue({ subject, hosts = [] }: CertificateRequest): Certificate {
    const { publicKey, privateKey } = newKeys()
    const authorityKey = field(0, keyId(this.#keys.publicKey), { explicit: false })
    const cert = this.#sign({
      subject: encodeName(subject),
      publicKey,
      extensions: [
        extension('2.5.29.19', sequence(), true),
        // Its key signs handshakes.
        extension('2.5.29.15', bitString(Buffer.of(0b1000_0000), 7), true),
        extension('2.5.29.37', sequence(serverAuth, clientAuth)),
        extension('2.5.29.35', sequence(authorityKey)),
        ...(hosts.length > 0 ? [extension('2.5.29.17', sequence(...hosts.map(hostName)))] : []),
      ],
    })
    return { cert, key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) }
  }

  #sign({ subject, publicKey, extensions }: Unsigned): string {
    const now = Date.now()
    const certificate = sequence(
      field(0, integer(Buffer.of(2)), { explicit: true }),
      integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
      ecdsaWithSha256,
      this.#name,
      // The clock of a container may be behind.
      sequence(utcTime(new Date(now - hour)), utcTime(new Date(now + year))),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      field(3, sequence(...extensions), { explicit: true }),
    )
    const signature = bitString(sign('sha256', certificate, this.#keys.privateKey))
    return pem(sequence(certificate, ecdsaWithSha256, signature))
  }
}

interface Unsigned {
  readonly subject: Buffer
  readonly publicKey: KeyObject
  readonly extensions: readonly Buffer[]
}

function newKeys(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

function encodeName(name: CertificateName): Buffer {
  return sequence(
    ...Object.entries(name).map(([attribute, value]) =>
      set(sequence(objectId(attributes.get(attribute) ?? ''), utf8String(value))),
    ),
  )
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value))
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20)
}

function hostName(host: string): Buffer {
  return isIP(host) === 0
    ? field(2, Buffer.from(host), { explicit: false })
    : field(7, addressOctets(host), { explicit: false })
}

function addressOctets(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const [head = [], tail] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
