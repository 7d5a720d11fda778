import { randomUUID } from 'node:crypto'

import { waitFor } from '@messaging-patterns/testkit'

import type { Saga } from '../src/orders/saga.ts'
import type { Tracking } from '../src/orders/tracking.ts'
import { customer } from './events.ts'

/** A client of the service, at whatever URL it has at the moment. */
export class Shop {
  readonly #url: () => string

  constructor(url: () => string) {
    this.#url = url
  }

  post(key: string, body: unknown): Promise<Response> {
    return fetch(`${this.#url()}/orders`, {
      method: 'POST',
      headers: { 'idempotency-key': key },
      body: JSON.stringify(body),
    })
  }

  /** Places an order, and repeats the request until it is answered. */
  async place(sku: string, quantity = 1, key: string = randomUUID()): Promise<string> {
    return waitFor('an answer to the order', async () => {
      const response = await this.post(key, { customer, sku, quantity })
      if (!response.ok) throw new Error(await response.text())
      const { id } = (await response.json()) as { id: string }
      return id
    })
  }

  /** The saga of an order, when it has come to its end. */
  async end(id: string): Promise<Saga> {
    return waitFor(`the end of order ${id}`, async () => {
      const found = (await this.#get(`/orders/${id}/saga`)) as Saga
      return (found.state === 'completed' || found.state === 'cancelled') && found
    })
  }

  async track(id: string): Promise<Tracking> {
    return (await this.#get(`/orders/${id}`)) as Tracking
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#url()}${path}`)
    return response.json()
  }
}
