import { deadline } from '../waiting/deadline.ts'

/** The fields of a queue in the management API that our tests use. */
export interface QueueInfo {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly exclusive: boolean
  readonly auto_delete: boolean
  readonly arguments: Readonly<Record<string, unknown>>
}

/** The fields of an exchange in the management API that our tests use. */
export interface ExchangeInfo {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly auto_delete: boolean
  readonly internal: boolean
  readonly arguments: Readonly<Record<string, unknown>>
}

/** The fields of a binding in the management API that our tests use. */
export interface BindingInfo {
  readonly destination: string
  readonly routing_key: string
  readonly arguments: Readonly<Record<string, unknown>>
}

/** The fields of a connection in the management API that our tests use. */
export interface ConnectionInfo {
  readonly name: string
  readonly client_properties: { readonly connection_name?: string }
}

/** RabbitMQ's management API, to check what a program has changed on the broker. */
export class Management {
  readonly #base: string
  readonly #authorization: string

  /** `url` includes the credentials: http://guest:guest@127.0.0.1:15672 */
  constructor(url: string) {
    const { origin, username, password } = new URL(url)
    this.#base = `${origin}/api`
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    this.#authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  }

  /** Requests `/api/${path}`, and sends `body` as JSON. Rejects unless the status is 2xx. */
  request(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.#send(path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  /** Closes a connection, by the name that the broker gave it. */
  async closeConnection(name: string, reason?: string): Promise<void> {
    await this.#send(`connections/${encodeURIComponent(name)}`, {
      method: 'DELETE',
      ...(reason !== undefined && { headers: { 'x-reason': reason } }),
    })
  }

  /** All messages of a virtual host, ready and unacknowledged. The count lags by several seconds. */
  async messages(vhost: string): Promise<number> {
    const { messages = 0 } = (await this.request('GET', `vhosts/${encodeURIComponent(vhost)}`)) as {
      messages?: number
    }
    return messages
  }

  /** The open connections; one is listed some seconds after it was opened. */
  async connections(): Promise<readonly ConnectionInfo[]> {
    return (await this.request('GET', 'connections')) as ConnectionInfo[]
  }

  async queues(vhost: string): Promise<readonly QueueInfo[]> {
    return (await this.request(
      'GET',
      `queues/${encodeURIComponent(vhost)}?disable_stats=true&enable_queue_totals=true`,
    )) as QueueInfo[]
  }

  /** The exchanges of a virtual host, without the predeclared ones. */
  async exchanges(vhost: string): Promise<readonly ExchangeInfo[]> {
    const path = `exchanges/${encodeURIComponent(vhost)}`
    const all = (await this.request('GET', path)) as ExchangeInfo[]
    return all.filter(({ name }) => name !== '' && !name.startsWith('amq.'))
  }

  /** The bindings of an exchange to queues and other exchanges. */
  async bindings(vhost: string, exchange: string): Promise<readonly BindingInfo[]> {
    const path = `exchanges/${encodeURIComponent(vhost)}/${exchange}/bindings/source`
    return (await this.request('GET', path)) as BindingInfo[]
  }

  async #send(path: string, init: RequestInit & { readonly method: string }): Promise<unknown> {
    const response = await fetch(`${this.#base}/${path}`, {
      ...init,
      headers: {
        authorization: this.#authorization,
        'content-type': 'application/json',
        ...init.headers,
      },
      signal: AbortSignal.timeout(deadline),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${init.method} /api/${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}
