import { startBroker } from '@messaging-patterns/broker'
import {
  Session,
  type Delivery,
  type Exchange,
  type Queue,
  type QueueOptions,
} from '@messaging-patterns/shared'

import type { FaultPoint, Faults } from '../src/faults/faults.ts'
import type { EventName } from '../src/messages/events.ts'
import type { Database } from '../src/storage/database.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { testDatabase } from '../test/database.ts'

/** What a step works with: an empty database, and a broker without queues. */
export interface Stage {
  readonly database: Database
  readonly session: Session
  readonly exchange: Exchange
  /** Declares a queue for these events. It is deleted when the step ends. */
  readonly queue: (
    name: string,
    events: readonly EventName[],
    options?: QueueOptions,
  ) => Promise<Queue>
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Runs a step on the broker of AMQP_URL, or on one inside this process, and deletes its queues. */
export async function runStep(step: (stage: Stage) => Promise<void>): Promise<void> {
  await using files = await testDatabase()
  await using database = await openDatabase(files.url)
  const given = process.env['AMQP_URL']
  await using broker = given === undefined ? await startBroker() : undefined
  await using session = await Session.open({ url: broker?.url ?? given ?? '' })
  const exchange = await session.exchange('orders', 'topic')
  const queues: Queue[] = []
  const queue: Stage['queue'] = async (name, events, options) => {
    const declared = await emptyQueue(session, name, options)
    queues.push(declared)
    return declared.bind(exchange, ...events)
  }
  try {
    await step({ database, session, exchange, queue })
  } finally {
    for (const each of queues) await each.delete()
  }
}

/** A step must not consume the events of a service that uses the same broker. */
async function emptyQueue(
  session: Session,
  name: string,
  options: QueueOptions = {},
): Promise<Queue> {
  const queue = await session.queue(name, options)
  const { messages, consumers } = await queue.count()
  if (messages + consumers === 0) return queue
  throw new Error(`the queue "${name}" is in use; stop the service, or unset AMQP_URL`)
}

/** Thrown where a process dies. A transaction is rolled back in both cases. */
class Killed extends Error {}

/** Dies when it reaches this fault point for the first time. */
export function killAt(victim: FaultPoint): Faults {
  let isAlive = true
  return {
    reach(point) {
      if (point !== victim || !isAlive) return
      isAlive = false
      throw new Killed(point)
    },
  }
}

/** Does some work, unless the process dies. Returns whether it survived. */
export async function survives(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    print(`  killed at "${error.message}"`)
    return false
  }
}

/**
 * Handles what is in a queue, one message after the other. If the process dies, its connection closes,
 * and the broker puts the message back into the queue; here, nack does the same.
 */
export async function drain(
  queue: Queue,
  handle: (delivery: Delivery) => Promise<void>,
): Promise<number> {
  let count = 0
  for (;;) {
    const delivery = await queue.get()
    if (delivery === undefined) return count
    try {
      if (await survives(() => handle(delivery))) delivery.ack()
    } finally {
      if (!delivery.settled) delivery.nack()
    }
    count += 1
  }
}
