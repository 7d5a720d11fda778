import type { IncomingMessage } from 'node:http'

import { z } from 'zod'

import type { Faults } from '../faults/faults.ts'
import { orderExists, orderRequest, placeOrder } from '../orders/place-order.ts'
import { findSaga } from '../orders/saga.ts'
import { findTracking } from '../orders/tracking.ts'
import type { Log } from '../logs/log.ts'
import type { Database } from '../storage/database.ts'
import { nameRequest } from '../traces/spans.ts'
import { BadRequest, readJson, type Reply } from './reply.ts'
import type { Route } from './server.ts'

interface ApiParts {
  readonly database: Database
  readonly faults: Faults
  readonly log: Log
  readonly showTrace: ((orderId: string) => string | undefined) | undefined
}

/** `POST /orders`, `GET /orders/ID`, `GET /orders/ID/saga` and `GET /orders/ID/trace`. */
export function ordersApi(parts: ApiParts): Route {
  return async (request, path) => {
    if (path === '/orders' && request.method === 'POST') {
      nameRequest('POST', '/orders')
      return place(parts, request)
    }
    const [, id, part = ''] = /^\/orders\/([^/]+)(\/saga|\/trace)?$/.exec(path) ?? []
    if (id === undefined || request.method !== 'GET') return undefined
    nameRequest('GET', `/orders/{id}${part}`)
    if (part === '/trace') return showTrace(parts, id)
    return part === '/saga' ? inspect(parts.database, id) : whereIs(parts.database, id)
  }
}

async function place(parts: ApiParts, request: IncomingMessage): Promise<Reply> {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || key === '' || key.length > 200)
    throw new BadRequest(
      400,
      'the header Idempotency-Key is missing: choose a new one for each order, and send it again with each repetition of the request',
    )
  const { success, data, error } = orderRequest.safeParse(await readJson(request))
  if (!success) throw new BadRequest(400, z.prettifyError(error))
  const placed = await placeOrder(parts, key, data)
  switch (placed.outcome) {
    case 'no such product':
      throw new BadRequest(422, `there is no product "${data.sku}"; there are tea, desk and vase`)
    case 'other order':
      throw new BadRequest(422, `the Idempotency-Key "${key}" belongs to a different order`)
    case 'placed':
    case 'placed before': {
      parts.log.debug(`api: order ${placed.outcome}`, { order_id: placed.id })
      const location = `/orders/${placed.id}`
      const status = placed.outcome === 'placed' ? 201 : 200
      return { status, body: { id: placed.id }, headers: { location } }
    }
  }
}

/** The projection is a moment behind, so an order that it does not have yet may exist. */
async function whereIs(database: Database, id: string): Promise<Reply> {
  if (!(await orderExists(database, id))) return noOrder(id)
  const tracking = (await findTracking(database, id)) ?? { status: 'placed', events: [] }
  return { status: 200, body: { id, ...tracking } }
}

async function inspect(database: Database, id: string): Promise<Reply> {
  if (!(await orderExists(database, id))) return noOrder(id)
  return { status: 200, body: { id, ...(await findSaga(database, id)) } }
}

function showTrace({ showTrace: show }: ApiParts, id: string): Reply {
  if (show === undefined)
    throw new BadRequest(404, 'this process keeps no traces: start it with TRACES=memory')
  const text = show(id)
  if (text === undefined)
    throw new BadRequest(404, `there is no trace of order "${id}"; only the last ones are kept`)
  return { status: 200, body: text }
}

function noOrder(id: string): Reply {
  return { status: 404, body: { error: `there is no order "${id}"` } }
}
