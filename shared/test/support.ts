import { testBroker, type TestBroker } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'

import { Session, type Queue } from '../src/index.ts'

/** A session for each test of a file, on a broker for the file. */
export interface Fixture {
  readonly broker: TestBroker
  readonly session: Session
  readonly queueWith: (...bodies: string[]) => Promise<Queue>
  /** What another session finds in the queue, when this one is closed. */
  readonly restOf: (queue: Queue) => Promise<string[]>
}

export function sessionOnBroker(): Fixture {
  let broker: TestBroker
  let session: Session
  let queues = 0
  beforeAll(async () => {
    broker = await testBroker()
  })
  afterAll(async () => {
    await broker[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    session = await Session.open({ url: broker.url })
  })
  afterEach(async () => {
    await session.close()
  })
  return {
    get broker() {
      return broker
    },
    get session() {
      return session
    },
    async queueWith(...bodies) {
      const queue = await session.queue(`queue-${++queues}`)
      for (const body of bodies) await queue.send(body)
      return queue
    },
    async restOf(queue) {
      await session.close()
      await using other = await Session.open({ url: broker.url })
      const same = await other.queue(queue.name)
      const rest: string[] = []
      for (let next = await same.get(); next !== undefined; next = await same.get()) {
        rest.push(next.text() + (next.redelivered ? ' again' : ''))
        next.ack()
      }
      return rest
    },
  }
}
