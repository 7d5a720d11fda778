import { Session } from '@messaging-patterns/shared'
import {
  programsOn,
  waitFor,
  type CurrentBroker,
  type Management,
  type Program,
} from '@messaging-patterns/testkit'

export const producer = 'packages/work-queues/src/producer.ts'
export const consumer = 'packages/work-queues/src/consumer.ts'

// Longer than any test.
export const forEver = ['--work-ms', '600000']
export const atOnce = ['--work-ms', '0']

/** How many ready messages and consumers the task queue has. */
export interface Counts {
  readonly messages: number
  readonly consumers: number
}

interface ManagementCounts {
  readonly messages_ready?: number
  readonly messages_unacknowledged?: number
}

/** A worker that is consuming. */
export async function worker(broker: CurrentBroker, ...args: string[]): Promise<Program> {
  const program = programsOn(broker).start(consumer, ...args)
  await program.says(/waiting for tasks in "task_queue"/)
  return program
}

export async function count(broker: CurrentBroker): Promise<Counts> {
  await using session = await Session.open({ url: broker.url })
  const queue = await session.queue('task_queue')
  return await queue.count()
}

/** Waits for these counts: a quorum queue processes an acknowledgement with a delay. */
export async function queueHas(broker: CurrentBroker, wanted: Counts): Promise<void> {
  await waitFor(`${wanted.messages} messages, ${wanted.consumers} consumers`, async () => {
    const { messages, consumers } = await count(broker)
    return messages === wanted.messages && consumers === wanted.consumers
  })
}

/** Waits until the management API shows these counts. It lags by seconds. */
export async function managementShows(
  management: Management,
  vhost: string,
  wanted: ManagementCounts,
): Promise<void> {
  await waitFor(`the queue to have ${JSON.stringify(wanted)}`, async () => {
    const [queue] = (await management.queues(vhost)) as readonly ManagementCounts[]
    return (
      queue?.messages_ready === wanted.messages_ready &&
      queue?.messages_unacknowledged === wanted.messages_unacknowledged
    )
  })
}

/** Of the lines about numbered tasks that end with this word, the numbers. */
export function numbersOf(lines: readonly string[], word: string): number[] {
  return lines
    .map((line) => numbered.exec(line))
    .filter((match) => match?.[2] === word)
    .map((match) => Number(match?.[1]))
}

const numbered =
  /^(\d+) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - Work Queues - Hello World (sent|received|done)$/
