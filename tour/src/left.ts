import type { Admin, QueueState } from './admin.ts'
import type { Lesson } from './lessons.ts'

/** Something that a lesson declares, and that is there. */
export interface Left {
  readonly kind: 'queue' | 'exchange'
  readonly name: string
  readonly lesson: Lesson
  readonly state: Exclude<QueueState, 'absent'>
}

/** What there is of what the lessons declare. Changes nothing. */
export async function findLeft(admin: Admin, lessons: readonly Lesson[]): Promise<readonly Left[]> {
  const found = new Map<string, Left>()
  for (const lesson of lessons) {
    const { queues = {}, exchanges = {} } = lesson.declares
    for (const name of Object.keys(queues)) {
      const state = await admin.queue(name)
      if (state !== 'absent') found.set(`queue ${name}`, { kind: 'queue', name, lesson, state })
    }
    for (const name of Object.keys(exchanges))
      if (await admin.hasExchange(name))
        found.set(`exchange ${name}`, { kind: 'exchange', name, lesson, state: nothing })
  }
  return [...found.values()]
}

const nothing = { messages: 0, consumers: 0 } as const

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
