import { textOf, type Witness } from './witness.ts'

/** The delivery mode of a message that a broker keeps on disk. */
const persistent = 2

/** What a restart of the broker leaves of a queue. */
export interface Remains {
  /** Whether the queue is there afterwards. */
  readonly durable: boolean
  /** The texts of the messages that were in it. */
  readonly found: readonly string[]
  /** Those of them that are gone afterwards. */
  readonly lost: readonly string[]
}

/**
 * Says what a restart would leave of a queue, and empties it. We cannot restart the learner's
 * RabbitMQ, and the embedded broker keeps nothing; test/restart.rabbitmq.test.ts shows that a real
 * restart leaves the same.
 */
export async function imagineRestart(broker: Witness, queue: string): Promise<Remains> {
  const isDeclared = async (property: 'durable' | 'x-queue-type'): Promise<boolean> =>
    broker.declaredWith(queue, property, {
      durable: true,
      arguments: { 'x-queue-type': 'classic' },
    })
  const [durable, classic] = [await isDeclared('durable'), await isDeclared('x-queue-type')]
  const messages = await broker.drain(queue)
  // A quorum queue keeps every message, whatever it says of itself.
  const transient = classic
    ? messages.filter(({ properties }) => properties.deliveryMode !== persistent)
    : []
  const found = messages.map(textOf)
  return { durable, found, lost: durable ? transient.map(textOf) : found }
}
