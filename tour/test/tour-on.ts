import { Program, type CurrentBroker, type Outcome } from '@messaging-patterns/testkit'
import { connect, type ConfirmChannel } from 'amqplib'

import { Admin } from '../src/broker/admin.ts'
import { findLeftovers } from '../src/broker/leftovers.ts'
import { findLessons } from '../src/course/lessons.ts'

export const start = 'tour/src/start.ts'

/** The tour on a broker, and what its tests do there. */
export interface TourOnBroker {
  readonly tour: (...args: readonly string[]) => Promise<Outcome>
  /** The names of the lessons' queues and exchanges that exist. */
  readonly leftovers: () => Promise<readonly string[]>
  readonly onChannel: (work: (channel: ConfirmChannel) => Promise<unknown>) => Promise<void>
}

export function tourOn(broker: CurrentBroker): TourOnBroker {
  return {
    async tour(...args) {
      await using running = new Program(start, args, { AMQP_URL: broker.url })
      return await running.ends()
    },
    async leftovers() {
      await using admin = await Admin.connect(broker.url)
      return (await findLeftovers(admin, await findLessons())).map(({ name }) => name)
    },
    async onChannel(work) {
      const connection = await connect(broker.url)
      await work(await connection.createConfirmChannel())
      await connection.close()
    },
  }
}
