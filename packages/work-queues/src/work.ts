import { setTimeout as pause } from 'node:timers/promises'

/**
 * Works on a task, `ms` milliseconds for each dot in its text. Resolves with the number of dots.
 */
export async function work(task: string, ms: number): Promise<number> {
  // A numbered task has one dot, in its time. The official tutorials count dots the same way.
  const dots = task.split('.').length - 1
  await pause(dots * ms)
  return dots
}
