import type { Exchange, Movement, Queue } from '../state/update.ts'

/** Where a movement begins and where it ends: `q:tasks`, `p:worker-1`, `x:logs`. */
export interface Way {
  readonly from: string
  readonly to: string
}

/** Where a queue sends dead letters; undefined if it drops them. */
export type DeadLetterExchange = (queue: string) => string | undefined

/** The exchange to which a queue sends dead letters, if there is one: without it, the broker drops them. */
export function deadLetterExchangeOf(
  {
    exchanges,
    queues,
  }: {
    readonly exchanges: readonly Pick<Exchange, 'name'>[]
    readonly queues: readonly Pick<Queue, 'name' | 'arguments'>[]
  },
  queue: string,
): string | undefined {
  const args = queues.find(({ name }) => name === queue)?.arguments
  return exchanges.find(({ name }) => name === args?.['x-dead-letter-exchange'])?.name
}

/** Whether a message is gone: it has reached no queue, or has left one for nowhere. */
export function isLoss(type: Movement['type'], way: Way | undefined): boolean {
  return type === 'unroutable' || (type === 'dead-lettered' && way === undefined)
}

/** Finds the way of each movement; they must come in the order in which they happened. */
export class Ways {
  readonly #deadLetterExchange: DeadLetterExchange
  /** Which program holds a message: an acknowledgement does not say it. */
  readonly #receivers = new Map<string, string>()

  constructor(deadLetterExchange: DeadLetterExchange) {
    this.#deadLetterExchange = deadLetterExchange
  }

  /** Undefined if nothing is seen to move. `next` is what happens after it. */
  of(movement: Movement, next: readonly Movement[]): Way | undefined {
    const way = this.#find(movement, next)
    if (movement.type === 'delivered' && movement.program !== undefined)
      this.#receivers.set(copyKey(movement), movement.program)
    if (['acked', 'requeued', 'dead-lettered'].includes(movement.type))
      this.#receivers.delete(copyKey(movement))
    // A consumer may acknowledge nothing.
    for (const key of this.#receivers.keys()) {
      if (this.#receivers.size <= 5000) break
      this.#receivers.delete(key)
    }
    return way
  }

  #find(movement: Movement, next: readonly Movement[]): Way | undefined {
    switch (movement.type) {
      case 'published':
        if (movement.program === undefined) return undefined
        return { from: `p:${movement.program}`, to: `x:${movement.exchange}` }
      case 'routed':
        return { from: `x:${movement.exchange}`, to: `q:${movement.queue}` }
      case 'delivered':
        if (movement.program === undefined) return undefined
        return { from: `q:${movement.queue}`, to: `p:${movement.program}` }
      case 'acked':
      case 'requeued':
        return this.#wayBack(movement)
      case 'dead-lettered':
        return this.#wayOut(movement, next)
      case 'unroutable':
      case 'purged':
        return undefined
    }
  }

  #wayBack(movement: Movement & { readonly type: 'acked' | 'requeued' }): Way | undefined {
    const receiver = this.#receivers.get(copyKey(movement))
    return receiver === undefined ? undefined : { from: `p:${receiver}`, to: `q:${movement.queue}` }
  }

  /** What happens to the message next shows where it goes; else the queue knows. */
  #wayOut(
    { message, queue }: Movement & { readonly type: 'dead-lettered' },
    next: readonly Movement[],
  ): Way | undefined {
    const then = next.find((movement) => 'message' in movement && movement.message === message)
    const exchange =
      then?.type === 'routed' || then?.type === 'unroutable'
        ? then.exchange
        : this.#deadLetterExchange(queue)
    return exchange === undefined ? undefined : { from: `q:${queue}`, to: `x:${exchange}` }
  }
}

/** Identifies a message in a queue. */
export function copyKey(movement: Movement): string {
  const message = 'message' in movement ? movement.message : ''
  return `${message} ${'queue' in movement ? movement.queue : ''}`
}
