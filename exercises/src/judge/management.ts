import { MessagingError } from '@messaging-patterns/shared'

const otherBroker =
  'omit --url to use the embedded broker, or pass the URL of the management API with --management'
const otherLogin =
  'check the name and the password in --url or --management; this user needs the tag administrator'

/** RabbitMQ's management API, which creates and deletes virtual hosts. */
export class Management {
  readonly #api: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #shown: string

  /** The URL contains the credentials: http://guest:guest@localhost:15672 */
  constructor({ origin, username, password }: URL) {
    this.#api = `${origin}/api`
    this.#shown = origin
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    this.#headers = {
      authorization: `Basic ${Buffer.from(user).toString('base64')}`,
      'content-type': 'application/json',
    }
  }

  /** Creates a virtual host that a user may use, whose name is encoded as in a URL. */
  async createVhost(name: string, user: string): Promise<void> {
    await this.#put(`vhosts/${name}`, { default_queue_type: 'classic' })
    try {
      const everything = { configure: '.*', write: '.*', read: '.*' }
      await this.#put(`permissions/${name}/${user}`, everything)
    } catch (error) {
      // Otherwise every check would leave another one behind. The first failure is the one to report.
      await this.deleteVhost(name).catch(() => {})
      throw error
    }
  }

  async deleteVhost(name: string): Promise<void> {
    const reason = await this.#refusal('DELETE', `vhosts/${name}`)
    if (reason === undefined) return
    const remedy = `delete it yourself: rabbitmqctl delete_vhost ${name}`
    throw this.#failure('delete the virtual host of the check', reason, remedy)
  }

  async #put(path: string, body: object): Promise<void> {
    const reason = await this.#refusal('PUT', path, body)
    if (reason === undefined) return
    const remedy = reason.startsWith('401') ? otherLogin : otherBroker
    throw this.#failure('create a virtual host for the check', reason, remedy)
  }

  /** Why the API does not do it; undefined if it has done it. */
  async #refusal(method: string, path: string, body?: object): Promise<string | undefined> {
    try {
      const { ok, status, statusText } = await fetch(`${this.#api}/${path}`, {
        method,
        headers: this.#headers,
        signal: AbortSignal.timeout(10_000),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return ok ? undefined : `${status} ${statusText}`
    } catch {
      return 'no answer'
    }
  }

  #failure(task: string, reason: string, remedy: string): MessagingError {
    const text = `cannot ${task} through the management API at ${this.#shown}: ${reason}`
    return new MessagingError('ACCESS_REFUSED', text, { remedy })
  }
}
