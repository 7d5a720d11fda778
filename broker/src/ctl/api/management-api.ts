import { CommandFailure } from './failure.ts'
import { isArray, isObject, parseJson, type Json, type JsonObject } from './json.ts'

/** What the management API answers to something that it does not do. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest'
  readonly status: number

  constructor(status: number, reason: string) {
    super(reason)
    this.status = status
  }
}

/** The parts of a path, which may contain anything: ['queues', '/', 'hello']. */
export type Path = readonly string[]

export interface Change {
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

/** A client of the management HTTP API of a running broker. */
export class ManagementApi {
  readonly #url: URL
  readonly #timeout: number

  /** `url` includes the credentials. `timeout` is in milliseconds. */
  constructor(url: URL, timeout: number) {
    this.#url = url
    this.#timeout = timeout
  }

  /** The objects of a list; none if its virtual host does not exist, as with rabbitmqctl. */
  async list(path: Path): Promise<readonly JsonObject[]> {
    const found = await this.find(path)
    return isArray(found) ? found.filter(isObject) : []
  }

  /** An object, or undefined if it does not exist. */
  async find(path: Path): Promise<Json | undefined> {
    try {
      return parseJson(await this.#request('GET', path))
    } catch (error) {
      if (error instanceof RefusedRequest && error.status === 404) return undefined
      throw error
    }
  }

  /** Changes something. Rejects with a RefusedRequest if the broker does not do it. */
  async change(method: 'PUT' | 'POST' | 'DELETE', path: Path, change: Change = {}): Promise<void> {
    await this.#request(method, path, change)
  }

  async #request(method: string, path: Path, change: Change = {}): Promise<string> {
    const { query, headers, body } = change
    const target = new URL(this.#url.origin)
    target.pathname = `/api/${path.map(encodeURIComponent).join('/')}`
    if (query !== undefined) target.search = String(new URLSearchParams(query))
    const response = await this.#fetch(target, {
      method,
      headers: {
        authorization: basicAuthorization(this.#url),
        'content-type': 'application/json',
        ...headers,
      },
      signal: AbortSignal.timeout(this.#timeout),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (response.status === 401) throw new CommandFailure(this.#loginRefused())
    const text = await response.text()
    if (!response.ok) throw new RefusedRequest(response.status, reasonIn(text))
    return text
  }

  async #fetch(target: URL, init: RequestInit): Promise<Response> {
    try {
      return await fetch(target, init)
    } catch (error) {
      const reason = reasonOf(error)
      throw new CommandFailure(
        `Error: no management API answers at ${this.#url.origin} (${reason}); start a broker with ` +
          `pnpm broker, or pass --management-url http://HOST:PORT`,
      )
    }
  }

  #loginRefused(): string {
    const { origin, username } = this.#url
    return (
      `Error: the broker at ${origin} does not let the user ${decodeURIComponent(username)} in; ` +
      `check the name and the password in --management-url or AMQP_URL`
    )
  }
}

function basicAuthorization({ username, password }: URL): string {
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

/** `{"error":"bad_request","reason":"queue 'tasks' in vhost '/' in use"}` */
function reasonIn(text: string): string {
  try {
    const found = parseJson(text)
    const reason = isObject(found) ? found['reason'] : undefined
    return typeof reason === 'string' ? reason : text
  } catch {
    return text
  }
}

/** `fetch` fails with "fetch failed", and says why in its cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {}
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}
