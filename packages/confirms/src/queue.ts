// The queue of the race: one of each type, and what a confirm of it says.
import type { Queue, Session } from '@messaging-patterns/shared'

/** What a confirm of a message says: RabbitMQ's nodes have it on disk, an embedded broker in memory. */
export const meaning = {
  quorum: 'a majority of its nodes has it',
  classic: 'its only node has it',
} as const

export const typeOption = {
  choices: ['quorum', 'classic'],
  default: 'quorum',
  describe: 'The type of the queue: what a confirm means depends on it',
} as const

/** Goes by itself when nobody has used it for an hour: a race may leave many messages behind. */
export function raceQueue(session: Session, type: keyof typeof meaning): Promise<Queue> {
  return session.queue(`confirms_${type}`, { type, arguments: { 'x-expires': 3_600_000 } })
}
