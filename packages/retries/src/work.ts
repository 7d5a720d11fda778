// The work of this lesson, which goes wrong when the text of the message says so.
import { attemptsOf, type Delivery } from '@messaging-patterns/shared'

/** Which attempt at this message it is, counting from 1. */
export function attemptOf(delivery: Delivery): number {
  // Our own header counts when queues of ours delay, the broker when the broker does.
  return 1 + attemptsOf(delivery).length + delivery.deliveryCount
}

/** Throws for a text with "fail" each time, for one with "flaky" the first time. */
export function work(text: string, attempt: number): void {
  if (text.includes('fail')) throw new Error('the oven is broken')
  if (text.includes('flaky') && attempt === 1) throw new Error('the oven is busy')
}

/** For a text with "crash": the process dies when the work is done and not yet acknowledged. */
export function crash(text: string, delivery: Delivery): void {
  if (text.includes('crash') && !delivery.redelivered) process.kill(process.pid, 'SIGKILL')
}
