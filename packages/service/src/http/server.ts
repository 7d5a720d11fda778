import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import { BadRequest, type Reply } from './reply.ts'

/** Answers a request; undefined if there is nothing at this path. */
export type Route = (request: IncomingMessage, path: string) => Promise<Reply | undefined>

export interface HttpServer extends AsyncDisposable {
  readonly url: string
}

interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly route: Route
  readonly onError: (error: unknown) => void
}

/** Listens for requests. Disposing of it stops listening, and waits for requests in progress. */
export async function startHttp(options: ServerOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    void answer(options, request, response)
  })
  server.listen(options.port, options.host)
  await once(server, 'listening').catch((error: unknown) => {
    const where = `${options.host}:${options.port}`
    throw new Error(`cannot listen on ${where} (${String(error)}); set PORT or HOST`, {
      cause: error,
    })
  })
  return {
    url: urlOf(server, options.host),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function answer(
  { route, onError }: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const { status, body, headers } = await replyTo(() => route(request, path), onError)
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    // A client that keeps its connection would keep a server that is closing.
    connection: 'close',
    ...headers,
  })
  response.end(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`)
}

async function replyTo(
  route: () => Promise<Reply | undefined>,
  onError: ServerOptions['onError'],
): Promise<Reply> {
  try {
    return (await route()) ?? { status: 404, body: { error: 'there is nothing at this path' } }
  } catch (error) {
    if (error instanceof BadRequest) return { status: error.status, body: { error: error.message } }
    onError(error)
    return { status: 503, body: { error: 'the service cannot answer right now; try again later' } }
  }
}
