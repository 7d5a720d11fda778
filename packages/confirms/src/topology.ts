// The queues of this lesson: one of each type, to compare what their confirms mean.

/** The broker deletes a queue that nobody has used for an hour: a race may leave many messages. */
const expires = { 'x-expires': 3_600_000 }

export const queues = {
  quorum: { name: 'confirms_quorum', options: { type: 'quorum', arguments: expires } },
  classic: { name: 'confirms_classic', options: { type: 'classic', arguments: expires } },
} as const

/** What the broker promises with a confirm. RabbitMQ's nodes also write the message to disk first. */
export const meaning = {
  quorum: 'a majority of its nodes has it',
  classic: 'its only node has it',
} as const
