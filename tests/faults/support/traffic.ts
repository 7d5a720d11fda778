import { inFlight, type Queue, type Session, type Subscription } from '@messaging-patterns/shared'
import { waitFor } from '@messaging-patterns/testkit'

import type { Tally } from './tally.ts'

interface Load {
  /** Asked before each message: whether to send it. */
  readonly more: () => boolean
  /** How many may wait for their confirms. Default: 256. */
  readonly window?: number
  /** Bytes that make each message longer. */
  readonly ballast?: number
}

/** Sends numbered messages for as long as there should be more; resolves when all are confirmed. */
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

/** Sends until it is told to finish; then sends so many more. */
export class Producer {
  readonly #done: Promise<void>
  #left = Infinity

  constructor(queue: Queue, tally: Tally, load: Omit<Load, 'more'> = {}) {
    this.#done = produce(queue, tally, { ...load, more: () => this.#left-- > 0 })
    // It is awaited at the end.
    this.#done.catch(() => {})
  }

  async finish(more = 500): Promise<void> {
    this.#left = more
    await this.#done
  }
}

/** Consumes the queue into the tally. */
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

/** Waits until all has arrived that was confirmed. */
export async function complete(tally: Tally): Promise<void> {
  await waitFor('all confirmed messages', () => tally.complete)
}
