import { brokerForFile, type CurrentBroker } from '@messaging-patterns/testkit'
import { afterEach, beforeEach } from 'vitest'

import { Session, type Queue } from '../src/index.ts'

/** A session for each test of a file, on a broker for the file. */
export interface Fixture {
  readonly broker: CurrentBroker
  readonly session: Session
  readonly queueWith: (...bodies: string[]) => Promise<Queue>
  /** What another session finds in the queue, when this one is closed. */
  readonly restOf: (queue: Queue) => Promise<string[]>
}

export function sessionOnBroker(): Fixture {
  const broker = brokerForFile()
  let session: Session
  let queues = 0
  beforeEach(async () => {
    session = await Session.open({ url: broker.url })
  })
  afterEach(async () => {
    await session.close()
  })
  return {
    broker,
    get session() {
      return session
    },
    async queueWith(...bodies) {
      const queue = await session.queue(`queue-${++queues}`)
      await Promise.all(bodies.map((body) => queue.send(body)))
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

/** What is thrown where nobody can catch it ends a program; until the end of the block it ends here. */
export function catchUncaught(): AsyncDisposable & { readonly errors: readonly unknown[] } {
  const errors: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  const onUncaught = (error: unknown): void => void errors.push(error)
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', onUncaught)
  return {
    errors,
    async [Symbol.asyncDispose]() {
      process.off('uncaughtException', onUncaught)
      for (const listener of listeners) process.on('uncaughtException', listener)
    },
  }
}
