// The queues of this lesson: a race uses the one of its type.

/** The broker deletes a queue that nobody has used for an hour: a race may leave many messages. */
const expires = { 'x-expires': 3_600_000 }

export const queues = {
  quorum: { name: 'confirms_quorum', options: { type: 'quorum', arguments: expires } },
  classic: { name: 'confirms_classic', options: { type: 'classic', arguments: expires } },
} as const

/** What the broker says when it confirms a message. RabbitMQ's nodes write it to disk first. */
export const meaning = {
  quorum: 'a majority of its nodes has it',
  classic: 'its only node has it',
} as const
