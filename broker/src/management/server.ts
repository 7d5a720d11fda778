import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'

import type { User } from '../access/users.ts'
import { isLoopback } from '../connection/peer.ts'
import { reportInternalError } from '../events/internal-error.ts'
import { ApiError, badRequest, notFound } from './format/api-error.ts'
import { stringify } from './format/json-fields.ts'
import { Reply } from './format/reply.ts'
import { ApiRequest } from './http/api-request.ts'
import { authenticate, authorize } from './http/authorization.ts'
import { allowedMethods, handlerFor, type Match, Router } from './http/router.ts'
import type { ManagedBroker, ManagementContext } from './model/context.ts'
import { measureAll } from './model/measurements.ts'
import { Rates } from './model/rates.ts'
import { page } from './page.ts'
import { routes } from './routes.ts'

/** The largest body of a request in bytes, as RabbitMQ limits it. */
const largestBody = 20_000_000

const router = new Router(routes)

/** The management API of a broker. */
export class Management implements Disposable {
  readonly #context: ManagementContext
  readonly #rates: Rates

  constructor(broker: ManagedBroker) {
    this.#rates = new Rates(broker.settings.clock, () => measureAll(broker))
    this.#context = { ...broker, rates: this.#rates }
  }

  /** A server with the API below /api/, and the page at /. It does not listen yet. */
  createServer(): Server {
    const context = this.#context
    return createServer((request, response) => {
      void answer(context, request)
        .catch((error: unknown) => failure(context, error))
        .then((reply) => send(request, response, reply))
    })
  }

  [Symbol.dispose](): void {
    this.#rates[Symbol.dispose]()
  }
}

async function answer(broker: ManagementContext, request: IncomingMessage): Promise<Reply> {
  const [pathname = '/', search = ''] = (request.url ?? '/').split('?')
  if (!pathname.startsWith('/api/'))
    return page(pathname, () => login(broker, request)) ?? errorReply(notFound())
  const match = router.match(pathname.slice('/api/'.length))
  if (match === undefined) return errorReply(notFound(), ['HEAD', 'GET', 'OPTIONS'])
  const allowed = allowedMethods(match.route)
  const { method = 'GET' } = request
  if (!allowed.includes(method)) return new Reply(405, { allow: allowed.join(', ') })
  if (method === 'OPTIONS') return new Reply(200, { allow: allowed.join(', ') })
  try {
    return withAllow(
      await handle(broker, request, { ...match, query: new URLSearchParams(search) }),
      allowed,
    )
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return errorReply(error, allowed)
  }
}

interface Call extends Match {
  readonly query: URLSearchParams
}

async function handle(
  broker: ManagementContext,
  message: IncomingMessage,
  { route, params, query }: Call,
): Promise<Reply> {
  const { headers, method = 'GET' } = message
  if (isFromAnotherSite(headers))
    throw new ApiError(403, 'forbidden', 'Requests from the pages of other sites are refused.')
  const user = login(broker, message)
  if (user instanceof Reply) return user
  const isRead = method === 'GET' || method === 'HEAD'
  const role = isRead ? route.role : (route.writeRole ?? route.role)
  authorize(user, role, { broker, method, vhost: params['vhost'] })
  const body = await readBody(message)
  const request = new ApiRequest({ broker, params, query, headers, user, body })
  const result = handlerFor(route, method)?.(request)
  return result instanceof Reply ? result : jsonReply(200, result)
}

function login({ users }: ManagementContext, { headers, socket }: IncomingMessage): User | Reply {
  return authenticate(headers, { users, isLoopback: isLoopback(socket.remoteAddress) })
}

/** A browser would send the credentials of the user along with what such a page requests. */
function isFromAnotherSite({ origin, host }: IncomingHttpHeaders): boolean {
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== host
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size <= largestBody) chunks.push(chunk)
    }
  } catch {
    throw badRequest('the client hung up before the end of the body')
  }
  // Not before the end: a client reads no answer while it still sends.
  if (size > largestBody) throw new ApiError(413, 'bad_request', 'the body is too large')
  return Buffer.concat(chunks).toString()
}

function jsonReply(status: number, value: unknown): Reply {
  return new Reply(status, { 'content-type': 'application/json' }, stringify(value))
}

function errorReply(error: ApiError, allowed?: readonly string[]): Reply {
  const reply = jsonReply(error.status, error.body)
  return allowed === undefined ? reply : withAllow(reply, allowed)
}

function withAllow({ status, headers, body }: Reply, allowed: readonly string[]): Reply {
  return new Reply(status, { ...headers, allow: allowed.join(', ') }, body)
}

function failure(broker: ManagementContext, error: unknown): Reply {
  if (error instanceof ApiError) return errorReply(error)
  reportInternalError(broker.events, { connection: 0, error })
  return new Reply(500)
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'cache-control': 'no-cache',
    vary: 'accept, accept-encoding, origin',
    ...(reply.status !== 204 && { 'content-length': Buffer.byteLength(reply.body) }),
    ...reply.headers,
  })
  response.end(request.method === 'HEAD' ? undefined : reply.body)
}
