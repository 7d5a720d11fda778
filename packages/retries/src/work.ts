// The work of this lesson. The text of a message says whether it fails.
import { attemptsOf, type Delivery } from '@messaging-patterns/shared'

/** Which attempt at this message this is, counting from 1. */
export function attemptOf(delivery: Delivery): number {
  // The session lists failures that went through a delay queue in a header. The broker counts the
  // others: rejects, and consumers that died.
  return 1 + attemptsOf(delivery).length + delivery.deliveryCount
}

/** Throws for a text with "fail" every time, and for one with "flaky" the first time. */
export function work(text: string, attempt: number): void {
  if (text.includes('fail')) throw new Error('the oven is broken')
  if (text.includes('flaky') && attempt === 1) throw new Error('the oven is busy')
}

/** For a text with "crash", kills the process: the work is done, but not yet acknowledged. */
export function crash(text: string, delivery: Delivery): void {
  if (text.includes('crash') && !delivery.redelivered) process.kill(process.pid, 'SIGKILL')
}
