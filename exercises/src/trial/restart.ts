import { textOf, type Witness } from './witness.ts'

/** The delivery mode of a persistent message. */
const persistent = 2

/** What a restart of the broker would leave of a queue. */
export interface Remains {
  /** Whether the queue survives. */
  readonly durable: boolean
  /** The bodies of all messages in the queue. */
  readonly found: readonly string[]
  /** The bodies of the messages that would be lost. */
  readonly lost: readonly string[]
}

/**
 * Predicts what a restart would leave of a queue, and drains it. We should not restart the learner's
 * RabbitMQ, and the embedded broker keeps nothing. test/restart.rabbitmq.test.ts compares this with
 * a real restart.
 */
export async function predictRestart(broker: Witness, queue: string): Promise<Remains> {
  const isDeclared = async (property: 'durable' | 'x-queue-type'): Promise<boolean> =>
    broker.declaredWith(queue, property, {
      durable: true,
      arguments: { 'x-queue-type': 'classic' },
    })
  const [durable, classic] = [await isDeclared('durable'), await isDeclared('x-queue-type')]
  const messages = await broker.drain(queue)
  // A quorum queue keeps every message, persistent or not.
  const transient = classic
    ? messages.filter(({ properties }) => properties.deliveryMode !== persistent)
    : []
  const found = messages.map(textOf)
  return { durable, found, lost: durable ? transient.map(textOf) : found }
}
