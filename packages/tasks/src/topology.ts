// What the workers and clients of this lesson declare: the queues and exchanges of Celery.
import { eventExchange } from './control/events.ts'
import { answerExchange, commandExchange } from './control/mailbox.ts'
import { scheduleQueue, scheduleQueueOptions } from './scheduling/schedule.ts'
import {
  allLevels,
  deliveryExchange,
  levelName,
  levelQueueOptions,
} from './transport/delayed-delivery.ts'

/** The queue of tasks, those in which tasks wait for their time, and those of schedules. */
export const queues = {
  celery: { type: 'classic' as const },
  ...Object.fromEntries(
    ['cakes', 'nightly'].map((name) => [scheduleQueue(name), scheduleQueueOptions]),
  ),
  ...Object.fromEntries(allLevels.map((level) => [levelName(level), levelQueueOptions(level)])),
}

/** The exchanges through which tasks are delayed, and those of events and commands. */
export const exchanges = {
  ...Object.fromEntries(
    [deliveryExchange, ...allLevels.map(levelName), eventExchange].map((name) => [
      name,
      { kind: 'topic' as const },
    ]),
  ),
  [commandExchange.name]: { kind: commandExchange.kind, durable: false },
  [answerExchange.name]: { kind: answerExchange.kind, durable: false },
}
