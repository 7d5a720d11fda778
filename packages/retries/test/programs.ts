import { isOlder } from '@messaging-patterns/shared'

export { outputOn } from '@messaging-patterns/testkit'

export const producer = 'packages/retries/src/producer.ts'
export const consumer = 'packages/retries/src/consumer.ts'
export const delayedRetry = 'packages/retries/src/delayed-retry.ts'
export const idempotent = 'packages/retries/src/idempotent.ts'
export const inspect = 'packages/retries/src/inspect.ts'
export const replay = 'packages/retries/src/replay.ts'
export const rejectOrNack = 'packages/retries/src/reject-or-nack.ts'

/** What reject-or-nack prints on this version of RabbitMQ. */
export function deliveriesOn(version: string): readonly string[] {
  return [
    'reject: delivered 4 times, then dead-lettered',
    isOlder(version, '4.3')
      ? 'nack: delivered 4 times, then dead-lettered'
      : 'nack: delivered 50 times, and it would never stop',
  ]
}
