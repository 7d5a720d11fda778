import { checkPort, InvalidOptionError } from './invalid-option-error.ts'

/** The content of a file in PEM format. */
export type Pem = string | Uint8Array

/** The listener for amqps. The names are those of Node's tls module, where it has the same option. */
export interface TlsOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** The certificate of the broker, with any intermediate ones after it. */
  readonly cert: Pem
  readonly key: Pem
  /** Of the key, if it is encrypted. */
  readonly passphrase?: string
  /**
   * The authorities that sign the certificates of clients. With them, clients may present a
   * certificate, which must be valid, and may log in with EXTERNAL as the user that it names.
   */
  readonly ca?: Pem | readonly Pem[]
  /** Whether every client must present a certificate. Default false. */
  readonly requireCertificate?: boolean
  /**
   * What of its certificate is the name of a client that logs in with EXTERNAL. Default
   * `distinguished_name`, for example `CN=orders,O=Acme`; `common_name` is its CN alone.
   */
  readonly loginFrom?: LoginFrom
}

/** RabbitMQ's `ssl_cert_login_from`. */
export type LoginFrom = 'distinguished_name' | 'common_name'

/** Options with nothing left open. */
export interface TlsSettings {
  readonly port: number
  readonly cert: Pem
  readonly key: Pem
  readonly passphrase: string | undefined
  /** Empty if clients are not asked for a certificate. */
  readonly ca: readonly Pem[]
  readonly requireCertificate: boolean
  readonly loginFrom: LoginFrom
}

const loginSources: readonly string[] = ['distinguished_name', 'common_name'] satisfies LoginFrom[]

export function resolveTls(options: TlsOptions | undefined): TlsSettings | undefined {
  if (options === undefined) return undefined
  const { port = 0, cert, key, passphrase, ca = [], requireCertificate = false } = options
  const { loginFrom = 'distinguished_name' } = options
  checkPort('tls.port', port)
  checkPem('tls.cert', cert)
  checkPem('tls.key', key)
  const authorities = typeof ca === 'string' || ca instanceof Uint8Array ? [ca] : ca
  if (requireCertificate && authorities.length === 0)
    throw new InvalidOptionError(
      'tls.requireCertificate',
      'needs tls.ca, the authority that signs the certificates of clients',
    )
  if (!loginSources.includes(loginFrom))
    throw new InvalidOptionError(
      'tls.loginFrom',
      `is '${loginFrom}'; it can be ${loginSources.join(' or ')}`,
    )
  return { port, cert, key, passphrase, ca: authorities, requireCertificate, loginFrom }
}

/** For callers without types, such as one that passes `tls: true`. */
function checkPem(option: string, pem: unknown): void {
  if (typeof pem !== 'string' && !(pem instanceof Uint8Array))
    throw new InvalidOptionError(option, 'is not the content of a file in PEM format')
}
