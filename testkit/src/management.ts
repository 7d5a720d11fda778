/** The fields of a queue in the management API that our tests use. */
export interface QueueInfo {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly auto_delete: boolean
  readonly arguments: Readonly<Record<string, unknown>>
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
  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#base}/${path}`, {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(10_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} /api/${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  /** All messages of a virtual host, ready and unacknowledged. The count lags by several seconds. */
  async messages(vhost: string): Promise<number> {
    const { messages = 0 } = (await this.request('GET', `vhosts/${encodeURIComponent(vhost)}`)) as {
      messages?: number
    }
    return messages
  }

  async queues(vhost: string): Promise<readonly QueueInfo[]> {
    return (await this.request(
      'GET',
      `queues/${encodeURIComponent(vhost)}?disable_stats=true&enable_queue_totals=true`,
    )) as QueueInfo[]
  }
}
