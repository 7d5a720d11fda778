import type { User } from '../../access/users.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { badRequest, notFound } from '../format/api-error.ts'
import { isObject, type JsonObject } from '../format/json-fields.ts'
import type { ManagementContext } from '../model/context.ts'
import { mayUse } from './authorization.ts'

export interface ApiRequestParts {
  readonly broker: ManagementContext
  /** The decoded parts of the path that stand for names. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly user: User
  readonly body: string
}

/** A request of a user who may make it. */
export class ApiRequest {
  readonly broker: ManagementContext
  readonly query: URLSearchParams
  readonly user: User
  readonly body: string
  readonly #params: Readonly<Record<string, string>>
  readonly #headers: ApiRequestParts['headers']

  constructor({ broker, params, query, headers, user, body }: ApiRequestParts) {
    this.broker = broker
    this.query = query
    this.user = user
    this.body = body
    this.#params = params
    this.#headers = headers
  }

  /** A name in the path; empty if the path has none. */
  param(name: string): string {
    return this.#params[name] ?? ''
  }

  header(name: string): string | undefined {
    const value = this.#headers[name]
    return typeof value === 'string' ? value : undefined
  }

  flag(name: string): boolean {
    return this.query.get(name) === 'true'
  }

  /** The virtual host in the path. */
  get vhost(): VirtualHost {
    const vhost = this.broker.vhosts.get(this.param('vhost'))
    if (vhost === undefined) throw notFound()
    return vhost
  }

  /** The virtual host in the path; without one, all that the user may use. */
  get vhosts(): readonly VirtualHost[] {
    if (this.param('vhost') !== '') return [this.vhost]
    return this.visibleVhosts
  }

  get visibleVhosts(): readonly VirtualHost[] {
    return Array.from(this.broker.vhosts).filter(({ vhost }) => mayUse(this.user, vhost))
  }

  /** The body as an object, which an empty body stands for too. */
  get json(): JsonObject {
    if (this.body === '') return {}
    const value = parse(this.body)
    if (!isObject(value)) throw badRequest('not_json')
    return value
  }

  /** Like `json`, but all of `fields` must be there. */
  jsonWith(...fields: readonly string[]): JsonObject {
    const json = this.json
    const absent = fields.filter((field) => json[field] === undefined)
    if (absent.length > 0) throw badRequest(keysMissing(absent))
    return json
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As Erlang prints the list: on one line if it has room for it. */
function keysMissing(fields: readonly string[]): string {
  const keys = fields.map((field) => `{key_missing,${field}}`)
  const line = `[${keys.join()}]`
  return line.length < 79 ? line : `[${keys.join(',\n ')}]`
}
