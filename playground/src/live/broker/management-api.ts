export type JsonObject = Readonly<Record<string, unknown>>

const timeout = 10_000

/** What the management API refuses, with the status that it answers. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A client of the management HTTP API, of RabbitMQ or of the embedded broker. */
export class ManagementApi {
  readonly #url: URL

  /** The URL has the name and the password. */
  constructor(url: URL) {
    this.#url = url
  }

  /** Where it is, without the password. */
  get address(): string {
    return this.#url.origin
  }

  get user(): string {
    return decodeURIComponent(this.#url.username)
  }

  async list(...path: readonly string[]): Promise<readonly JsonObject[]> {
    const found = await this.#request('GET', path)
    if (!Array.isArray(found)) throw this.#isNone()
    return found.filter(isObject)
  }

  async get(...path: readonly string[]): Promise<JsonObject> {
    const found = await this.#request('GET', path)
    if (!isObject(found)) throw this.#isNone()
    return found
  }

  async put(path: readonly string[], body: JsonObject): Promise<void> {
    await this.#request('PUT', path, body)
  }

  async #request(method: string, path: readonly string[], body?: JsonObject): Promise<unknown> {
    const route = path.map(encodeURIComponent).join('/')
    // Of queues, RabbitMQ answers everything that we need without its slow statistics.
    const search = path[0] === 'queues' ? '?disable_stats=true&enable_queue_totals=true' : ''
    const { username, password, origin } = this.#url
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    const response = await this.#fetch(`${origin}/api/${route}${search}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/json',
      },
      signal: AbortSignal.timeout(timeout),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw this.#refusal(response.status, text)
    return text === '' ? undefined : this.#parse(text)
  }

  async #fetch(target: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(target, init)
    } catch (error) {
      const cause: unknown = Object(error).cause
      const reason = textOf(Object(cause).code) || textOf(Object(cause).message)
      throw new Error(
        `the management API at ${this.address} does not answer (${reason}); ` +
          'for RabbitMQ type: rabbitmq-plugins enable rabbitmq_management; ' +
          'if it is at another address, name that with --management-url',
        { cause: error },
      )
    }
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw this.#isNone(error)
    }
  }

  #isNone(cause?: unknown): Error {
    return new Error(
      `what answers at ${this.address} is not a management API; name its address with --management-url`,
      { cause },
    )
  }

  #refusal(status: number, text: string): Error {
    const reason = reasonIn(text)
    if (status === 401 && /management user/i.test(reason))
      return new Refused(
        status,
        `the user "${this.user}" may not use the management API; type: rabbitmqctl set_user_tags ${this.user} management`,
      )
    if (status === 401 && !/administrator/i.test(reason))
      return new Refused(
        status,
        `the management API at ${this.address} refuses the login of "${this.user}"; check the name and the password in the URL`,
      )
    return new Refused(status, `the management API answers ${status}: ${reason}`)
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field that should be text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function reasonIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text)
    if (isObject(answer)) return textOf(answer['reason']) || textOf(answer['error']) || text
  } catch {
    // A proxy may answer anything.
  }
  return text.slice(0, 200)
}
