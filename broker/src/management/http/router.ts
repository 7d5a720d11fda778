import type { ApiRequest } from './api-request.ts'
import type { Role } from './authorization.ts'

/** Answers a request with a value for JSON, or with a Reply. Throws an ApiError. */
export type Handler = (request: ApiRequest) => unknown

/** A path below /api/, and what can be done with it. */
export interface Route {
  /** `queues/:vhost/:name`: a part with a colon stands for any name. */
  readonly path: string
  readonly role: Role
  /** For methods that change something, if it is another one. */
  readonly writeRole?: Role
  readonly get?: Handler
  readonly put?: Handler
  readonly post?: Handler
  readonly delete?: Handler
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** Finds the route for a path. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly parts: readonly string[] }[]

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((route) => ({ route, parts: route.path.split('/') }))
  }

  /** `path` without `/api/`. Undefined if there is no such route. */
  match(path: string): Match | undefined {
    const names = path.replace(/\/$/, '').split('/').map(decoded)
    for (const { route, parts } of this.#routes) {
      const params = paramsOf(parts, names)
      if (params !== undefined) return { route, params }
    }
    return undefined
  }
}

/** A name that is not properly encoded is taken as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function paramsOf(
  parts: readonly string[],
  names: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (parts.length !== names.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const name = names[index] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = name
    else if (part !== name) return undefined
  }
  return params
}

/** The methods of a route, as the header `allow` lists them. */
export function allowedMethods(route: Route): readonly string[] {
  return [
    ...(route.get ? ['HEAD', 'GET'] : []),
    ...(route.put ? ['PUT'] : []),
    ...(route.post ? ['POST'] : []),
    ...(route.delete ? ['DELETE'] : []),
    'OPTIONS',
  ]
}

export function handlerFor(
  { get, put, post, ...route }: Route,
  method: string,
): Handler | undefined {
  if (method === 'GET' || method === 'HEAD') return get
  if (method === 'PUT') return put
  return method === 'POST' ? post : route.delete
}
