import type { Lesson } from '../course/lessons.ts'
import type { Admin, QueueState } from './admin.ts'

/** A queue or an exchange of a lesson that exists on the broker. */
export interface Leftover {
  readonly kind: 'queue' | 'exchange'
  readonly name: string
  readonly lesson: Lesson
  readonly state: Exclude<QueueState, 'absent'>
}

/** The queues and exchanges of these lessons that exist on the broker. Changes nothing. */
export async function findLeftovers(
  admin: Admin,
  lessons: readonly Lesson[],
): Promise<readonly Leftover[]> {
  const found = new Map<string, Leftover>()
  for (const lesson of lessons) {
    const { queues = {}, exchanges = {} } = lesson.declares
    for (const name of Object.keys(queues)) {
      const state = await admin.queue(name)
      if (state !== 'absent') found.set(`queue ${name}`, { kind: 'queue', name, lesson, state })
    }
    for (const name of Object.keys(exchanges))
      if (await admin.hasExchange(name))
        found.set(`exchange ${name}`, { kind: 'exchange', name, lesson, state: empty })
  }
  return [...found.values()]
}

const empty = { messages: 0, consumers: 0 } as const

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
