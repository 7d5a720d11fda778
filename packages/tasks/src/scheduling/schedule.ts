import { createHash } from 'node:crypto'

import type { QueueOptions } from '@messaging-patterns/shared'

import type { Signature } from '../protocol/signature.ts'
import type { Times } from './timing.ts'

/** A task that is called regularly. */
export interface Schedule {
  readonly name: string
  /** The call of a single task. */
  readonly signature: Signature
  readonly times: Times
}

/** The queue of a schedule. It is the lock of the schedulers, and remembers what was sent last. */
export function scheduleQueue(name: string): string {
  return `celery.schedule.${name}`
}

/** A schedule that no scheduler has run for 30 days is forgotten. */
export const scheduleQueueOptions: QueueOptions = {
  type: 'quorum',
  arguments: { 'x-single-active-consumer': true, 'x-expires': 30 * 86_400_000 },
}

/** The id of the call for a time: a UUID of version 5, which every scheduler computes in the same way. */
export function occurrenceId(name: string, time: number): string {
  const hash = createHash('sha1')
    .update(`${name} ${new Date(time).toISOString()}`)
    .digest()
  hash[6] = (hash.readUInt8(6) & 0x0f) | 0x50
  hash[8] = (hash.readUInt8(8) & 0x3f) | 0x80
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/**
 * The time of the next call. Of the times at which no scheduler was running, only the latest counts. Times
 * since this scheduler was started were up to another one, which has died, so all of them count.
 */
export function nextTime(times: Times, last: number, startedAt: number): number {
  const next = times.after(last)
  return next < startedAt ? times.before(startedAt) : next
}
