import { inFlight, type Queue, type Session, type Subscription } from '@messaging-patterns/shared'
import { waitFor } from '@messaging-patterns/testkit'

import type { Tally } from './tally.ts'

interface Load {
  /** Called before each message; returns whether to send it. */
  readonly more: () => boolean
  /** The number of messages that can be unconfirmed. Default: 256. */
  readonly window?: number
  /** Additional bytes in each message. */
  readonly ballast?: number
}

/** Sends numbered messages while `more` returns true. Resolves when all are confirmed. */
export async function produce(
  queue: Queue,
  tally: Tally,
  { more, window = 256, ballast = 0 }: Load,
): Promise<void> {
  function* messages(): Generator<number> {
    while (more()) yield tally.next()
  }
  const send = (message: number): Promise<void> =>
    queue.send(ballast === 0 ? String(message) : `${message} ${'x'.repeat(ballast)}`)
  for await (const message of inFlight(messages(), send, { window })) tally.confirm(message)
}

/** Sends messages until `finish` is called, and then some more. */
export class Producer {
  readonly #done: Promise<void>
  #left = Infinity

  constructor(queue: Queue, tally: Tally, load: Omit<Load, 'more'> = {}) {
    this.#done = produce(queue, tally, { ...load, more: () => this.#left-- > 0 })
    // `finish` awaits it.
    this.#done.catch(() => {})
  }

  async finish(more = 500): Promise<void> {
    this.#left = more
    await this.#done
  }
}

/** Consumes the queue, and counts its messages in the tally. */
export async function consume(
  session: Session,
  queueName: string,
  tally: Tally,
): Promise<Subscription> {
  const queue = await session.queue(queueName)
  return queue.consume(
    (delivery) => {
      tally.receive(Number.parseInt(delivery.text(), 10))
    },
    { prefetch: 100 },
  )
}

/** Waits until every confirmed message has arrived. */
export async function complete(tally: Tally): Promise<void> {
  await waitFor('all confirmed messages', () => tally.complete)
}
