import type { ConfirmChannel, Options } from 'amqplib'
import { expect } from 'vitest'

import { hold } from './messages.ts'

/** Declares an exclusive queue that dead-letters to the other queue through the default exchange. */
export async function pair(
  channel: ConfirmChannel,
  options: Options.AssertQueue = {},
): Promise<{ queue: string; dead: string }> {
  const { queue: dead } = await channel.assertQueue('', { exclusive: true })
  const { queue } = await channel.assertQueue('', {
    exclusive: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: dead,
    ...options,
  })
  return { queue, dead }
}

const now = { '!': 'timestamp', value: expect.any(Number) }

/** An entry of x-death. */
export function death(reason: string, queue: string, more: object = {}): object {
  return { count: 1, reason, queue, time: now, exchange: '', 'routing-keys': [queue], ...more }
}

/** All headers that a first death adds. */
export function firstDeath(reason: string, queue: string, more: object = {}): object {
  return {
    'x-death': [death(reason, queue, more)],
    'x-first-death-exchange': '',
    'x-first-death-queue': queue,
    'x-first-death-reason': reason,
    'x-last-death-exchange': '',
    'x-last-death-queue': queue,
    'x-last-death-reason': reason,
  }
}

/** Rejects the next message without requeue. */
export async function reject(channel: ConfirmChannel, queue: string): Promise<void> {
  channel.reject(await hold(channel, queue), false)
}
