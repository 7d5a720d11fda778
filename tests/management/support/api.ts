import { deadline } from '@messaging-patterns/testkit'

/** What the management API answers. */
export interface Answer {
  readonly status: number
  readonly allow: string | null
  readonly location: string | null
  /** The parsed JSON, or undefined if there is no body. */
  readonly body: unknown
}

export interface RequestOptions {
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A client of the management API for one user. */
export class Api {
  /** For example http://127.0.0.1:15672 */
  readonly origin: string
  readonly user: string
  readonly #authorization: string

  /** `url` includes the credentials. */
  constructor(url: string) {
    const { origin, username, password } = new URL(url)
    this.origin = origin
    this.user = decodeURIComponent(username)
    const credentials = `${this.user}:${decodeURIComponent(password)}`
    this.#authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  }

  /** The same API for another user. */
  as(user: string, password: string): Api {
    const url = new URL(this.origin)
    url.username = user
    url.password = password
    return new Api(url.href)
  }

  get(path: string): Promise<Answer> {
    return this.request('GET', path)
  }

  put(path: string, body: unknown = {}): Promise<Answer> {
    return this.request('PUT', path, { body })
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.request('POST', path, { body })
  }

  delete(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.request('DELETE', path, { headers })
  }

  async request(
    method: string,
    path: string,
    { body, headers = {} }: RequestOptions = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.origin}/api/${path}`, {
      method,
      headers: {
        authorization: this.#authorization,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(deadline),
    })
    const text = await response.text()
    return {
      status: response.status,
      allow: response.headers.get('allow'),
      location: response.headers.get('location'),
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
}
