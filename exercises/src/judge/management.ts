import { MessagingError } from '@messaging-patterns/shared'

/** RabbitMQ's management API, which creates and deletes virtual hosts. */
export class Management {
  readonly #api: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #shown: string

  /** The URL contains the credentials: http://guest:guest@localhost:15672 */
  constructor(url: string) {
    const { origin, username, password } = new URL(url)
    this.#api = `${origin}/api`
    this.#shown = origin
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    this.#headers = {
      authorization: `Basic ${Buffer.from(user).toString('base64')}`,
      'content-type': 'application/json',
    }
  }

  async request(method: 'PUT' | 'DELETE', path: string, body?: object): Promise<void> {
    const response = await this.#fetch(method, path, body).catch((cause: unknown) => {
      throw this.#unavailable('no answer', cause)
    })
    if (!response.ok) throw this.#unavailable(`${response.status} ${response.statusText}`)
  }

  async #fetch(method: string, path: string, body?: object): Promise<Response> {
    return fetch(`${this.#api}/${path}`, {
      method,
      headers: this.#headers,
      signal: AbortSignal.timeout(10_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  #unavailable(reason: string, cause?: unknown): MessagingError {
    const text = `cannot create a virtual host for the check through the management API at ${this.#shown}: ${reason}`
    return new MessagingError('ACCESS_REFUSED', text, {
      cause,
      remedy:
        'omit --url to use the embedded broker, or pass the URL of the management API with --management',
    })
  }
}
