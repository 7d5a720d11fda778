import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'

import { CertificateAuthority, type Broker, type TlsOptions } from './index.ts'

/** The options for TLS, as parseArgs takes them. */
export const tlsFlags = {
  tls: { type: 'boolean', default: false },
  'tls-port': { type: 'string', default: '5671' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-ca': { type: 'string' },
  'tls-require-certificate': { type: 'boolean', default: false },
} as const

export interface TlsFlags {
  readonly tls: boolean
  readonly 'tls-port': string
  readonly 'tls-cert'?: string
  readonly 'tls-key'?: string
  readonly 'tls-ca'?: string
  readonly 'tls-require-certificate': boolean
}

export const tlsUsage = `  --tls               also listen for amqps, with a certificate for this run
  --tls-port <number> the port for amqps (default 5671)
  --tls-cert <file>   use this certificate instead, with --tls-key <file>
  --tls-ca <file>     verify the certificates of clients with this authority: a
                      client may present one, and may log in with EXTERNAL
  --tls-require-certificate
                      refuse clients without a certificate`

/** What the command line says about TLS. */
export interface TlsSetup extends Disposable {
  /** Undefined without TLS. */
  readonly options: TlsOptions | undefined
  /** Says how to connect. Until it is disposed of, a file has the certificate of the authority. */
  announce(broker: Broker): readonly string[]
}

/** Throws if the options do not fit together. */
export function checkTlsFlags({ 'tls-cert': cert, 'tls-key': key }: TlsFlags): void {
  if ((cert === undefined) !== (key === undefined))
    throw new Error('--tls-cert and --tls-key belong together')
}

/** Reads the files, or creates a throwaway authority. */
export function setUpTls(flags: TlsFlags, hosts: readonly string[]): TlsSetup {
  const { 'tls-cert': cert, 'tls-key': key, 'tls-ca': ca } = flags
  const isOn =
    flags.tls || cert !== undefined || ca !== undefined || flags['tls-require-certificate']
  if (!isOn) return { options: undefined, announce: () => [], [Symbol.dispose]() {} }
  const common = {
    port: Number(flags['tls-port']),
    requireCertificate: flags['tls-require-certificate'],
    ...(ca !== undefined && { ca: read('--tls-ca', ca) }),
  }
  if (cert === undefined || key === undefined) return throwawayTls(common, hosts)
  return {
    options: { ...common, cert: read('--tls-cert', cert), key: read('--tls-key', key) },
    announce: ({ tlsUrl }) => [`Listening on ${tlsUrl}`],
    [Symbol.dispose]() {},
  }
}

function throwawayTls(
  common: Omit<TlsOptions, 'cert' | 'key'>,
  hosts: readonly string[],
): TlsSetup {
  const authority = new CertificateAuthority()
  const names = ['localhost', '127.0.0.1', '::1', hostname(), ...hosts]
  const certificate = authority.issue({
    subject: { CN: 'localhost' },
    // The zone of an address is not part of it.
    hosts: Array.from(new Set(names.map((name) => name.replace(/%.*/, '')))),
  })
  let folder: string | undefined
  return {
    options: { ...common, ...certificate },
    // Short enough for a terminal of 80 columns, if the folder for temporary files is /tmp.
    announce({ tlsUrl }) {
      folder = mkdtempSync(path.join(tmpdir(), 'amqps-'))
      const file = path.join(folder, 'ca.pem')
      writeFileSync(file, authority.cert)
      const { host } = new URL(tlsUrl)
      return [
        `Listening on ${tlsUrl}`,
        'Its certificate is for this run only. How to trust it:',
        `  lesson:  --url "amqps://${host}?cacertfile=${encodePath(file)}"`,
        `  Node:    NODE_EXTRA_CA_CERTS=${file}`,
        `  Python:  ssl.create_default_context(cafile=${JSON.stringify(file)})`,
      ]
    },
    [Symbol.dispose]() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function read(flag: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : file
    throw new Error(`cannot read the file of ${flag}: ${reason}`, { cause })
  }
}

/** A path as a parameter of a URL; slashes need no escape there. */
function encodePath(file: string): string {
  return encodeURIComponent(file).replaceAll('%2F', '/')
}
