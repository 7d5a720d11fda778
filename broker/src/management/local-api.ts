import type { User } from '../access/users.ts'
import { ApiError, notFound, unauthorized } from './format/api-error.ts'
import { stringify } from './format/json-fields.ts'
import { Reply } from './format/reply.ts'
import { ApiRequest } from './http/api-request.ts'
import { authorize, isAdministrator } from './http/authorization.ts'
import { handlerFor, Router } from './http/router.ts'
import type { ManagedBroker, ManagementContext } from './model/context.ts'
import { measureAll } from './model/measurements.ts'
import { Rates } from './model/rates.ts'
import { routes } from './routes.ts'

export interface ManagementRequest {
  /** Default `GET`. */
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** `/api/queues/%2F/hello` */
  readonly path: string
  /** As an object. */
  readonly body?: unknown
}

export interface ManagementReply {
  /** As in HTTP: 200, 201 or 204 if it went well. */
  readonly status: number
  /** An object or a list; undefined if the answer has no body. An error has the fields `error` and `reason`. */
  readonly body: unknown
}

const router = new Router(routes)

/** The management API without HTTP, for the program that the broker is a part of: it may do everything. */
export class LocalApi implements Disposable {
  readonly #context: ManagementContext

  constructor(broker: ManagedBroker) {
    const rates = new Rates(broker.settings.clock, () => measureAll(broker))
    this.#context = { ...broker, rates }
  }

  request({ method = 'GET', path, body }: ManagementRequest): ManagementReply {
    try {
      const result = this.#handle(method, path, body)
      // A copy as HTTP would send it: the caller cannot change anything of the broker by it.
      if (!(result instanceof Reply)) return { status: 200, body: JSON.parse(stringify(result)) }
      return { status: result.status, body: undefined }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return { status: error.status, body: error.body }
    }
  }

  [Symbol.dispose](): void {
    this.#context.rates[Symbol.dispose]()
  }

  #handle(method: string, path: string, body: unknown): unknown {
    const [pathname = '', search = ''] = path.split('?')
    const match = pathname.startsWith('/api/') ? router.match(pathname.slice(5)) : undefined
    const handler = match && handlerFor(match.route, method)
    if (match === undefined || handler === undefined) throw notFound()
    const { route, params } = match
    const [broker, user] = [this.#context, this.#administrator]
    authorize(user, route.role, { broker, method, vhost: params['vhost'] })
    const query = new URLSearchParams(search)
    const text = body === undefined ? '' : stringify(body)
    return handler(new ApiRequest({ broker, params, query, headers: {}, user, body: text }))
  }

  get #administrator(): User {
    const user = Array.from(this.#context.users).find(isAdministrator)
    if (user === undefined) throw unauthorized('Not administrator user')
    return user
  }
}
