import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'

import type { Database } from './database.ts'
import { findInvoices, orderRequest, placeOrder } from './orders.ts'

interface Reply {
  readonly status: number
  readonly body: unknown
}

export interface HttpServer extends AsyncDisposable {
  readonly url: string
}

export interface HttpOptions {
  readonly database: Database
  readonly host: string
  readonly port: number
  readonly isConnected: () => boolean
  readonly log: (line: string) => void
}

/** Listens for requests. Disposing of it stops listening, and waits for requests in progress. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const answered = route(options, request).catch((error: unknown): Reply => {
      options.log(`http: ${String(error)}`)
      return { status: 503, body: { error: 'the service cannot answer right now' } }
    })
    void answered.then(({ status, body }) => {
      // A client that keeps its connection would keep a server that is closing.
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
      response.end(`${JSON.stringify(body)}\n`)
    })
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://${options.host}:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}

async function route(options: HttpOptions, request: IncomingMessage): Promise<Reply> {
  const [, first = '', id] = (request.url ?? '/').split(/[/?]/)
  switch (`${request.method} /${first}`) {
    case 'POST /orders':
      return place(options.database, request)
    case 'GET /orders':
      return { status: 200, body: { id, invoices: await findInvoices(options.database, id ?? '') } }
    case 'GET /healthz':
      return { status: 200, body: { healthy: true } }
    case 'GET /readyz':
      return ready(options)
    default:
      return { status: 404, body: { error: 'there is nothing at this path' } }
  }
}

async function place(database: Database, request: IncomingMessage): Promise<Reply> {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string')
    return { status: 400, body: { error: 'the header Idempotency-Key is missing' } }
  const { success, data, error } = orderRequest.safeParse(await json(request).catch(() => {}))
  if (!success) return { status: 400, body: { error: error.issues } }
  return { status: 201, body: { id: await placeOrder(database, key, data) } }
}

/** Whether to send requests here. A restart would not bring back a broker or a database. */
async function ready({ database, isConnected }: HttpOptions): Promise<Reply> {
  await database.query('select 1')
  const isReady = isConnected()
  return { status: isReady ? 200 : 503, body: { ready: isReady } }
}
