import { brokerForFile, waitFor, type CurrentBroker } from '@messaging-patterns/testkit'
import { afterEach, beforeEach } from 'vitest'

import {
  attemptsOf,
  parkingQueueOptions,
  type Delivery,
  type HandleOptions,
  Session,
  type Queue,
  type RetryOptions,
  type Subscription,
  type Verdict,
} from '../../src/index.ts'

export const threeAttempts: RetryOptions = { attempts: 3, delay: 100 }

/** What each test works with. */
export interface Work {
  readonly broker: CurrentBroker
  readonly session: Session
  readonly queue: Queue
}

/** One broker for all tests of the file, and a new session with a new queue for each. */
export function queueForEachTest(): Work {
  const broker = brokerForFile()
  let current: Pick<Work, 'session' | 'queue'> | undefined
  let queues = 0
  beforeEach(async () => {
    const session = await Session.open({ url: broker.url })
    current = { session, queue: await session.queue(`work-${++queues}`) }
  })
  afterEach(async () => {
    await current?.session.close()
  })
  const open = (): Pick<Work, 'session' | 'queue'> => {
    if (current === undefined) throw new Error('the session is only open inside a test')
    return current
  }
  return {
    broker,
    get session() {
      return open().session
    },
    get queue() {
      return open().queue
    },
  }
}

/** What a handler got, and when. */
interface Seen {
  readonly text: string
  readonly at: number
  readonly delivery: Delivery
}

export interface Retrying {
  readonly seen: readonly Seen[]
  readonly verdicts: readonly (Verdict | undefined)[]
  readonly errors: readonly unknown[]
  readonly subscription: Subscription
}

/** Consumes with a handler that throws when `fails` says so. */
export async function retrying(
  queue: Queue,
  fails: (delivery: Delivery, attempt: number) => boolean,
  options: HandleOptions & { accept?: readonly string[] } = { retry: threeAttempts },
): Promise<Retrying> {
  const seen: Seen[] = []
  const verdicts: (Verdict | undefined)[] = []
  const errors: unknown[] = []
  const subscription = await queue.consume(
    (delivery) => {
      seen.push({ text: delivery.text(), at: performance.now(), delivery })
      if (fails(delivery, attemptsOf(delivery).length + 1)) throw new Error('cannot do it')
    },
    {
      onFailure: (error, _, verdict) => {
        errors.push(error)
        verdicts.push(verdict)
      },
      ...options,
    },
  )
  return { seen, verdicts, errors, subscription }
}

/** The first message of a parking queue, taken out of it. */
export async function parked(session: Session, name: string): Promise<Delivery> {
  const parking = await session.queue(name, parkingQueueOptions)
  const delivery = await waitFor('a parked message', () => parking.get())
  delivery.ack()
  return delivery
}

/** Resolves when the queue has no messages. */
export async function isEmpty(session: Session, name: string, options = {}): Promise<void> {
  const empty = await session.queue(name, options)
  await waitFor(`no message in ${name}`, async () => (await empty.count()).messages === 0)
}
