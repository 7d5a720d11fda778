import { maskText, pnpm } from '@messaging-patterns/shared'

import type { LessonResult } from './events.ts'
import { learnersCommand, type Lesson } from './lessons.ts'
import { perform, type Stage } from './perform.ts'

export interface TourOptions extends Stage {
  readonly embedded: boolean
  /** What --url said: the programs want to be told it, too. */
  readonly given: string | undefined
  /** Called before each lesson, with its name. */
  readonly beforeEach?: (lesson: string) => Promise<void>
}

/** Runs one lesson after the other; whether all was as it should be, if nobody interrupted. */
export async function runTour(
  lessons: readonly Lesson[],
  options: TourOptions,
): Promise<boolean | 'interrupted'> {
  const { show, signal, beforeEach } = options
  const began = performance.now()
  const results: LessonResult[] = []
  try {
    for (const lesson of lessons) {
      await beforeEach?.(lesson.name)
      signal.throwIfAborted()
      results.push(await perform(lesson, options))
    }
  } catch (error) {
    if (!signal.aborted) throw error
    show({ event: 'note', text: 'Interrupted: the programs are stopped, their queues are gone.' })
    return 'interrupted'
  }
  const ok = results.every((result) => result.ok)
  const seconds = Math.round(performance.now() - began) / 1000
  show({ event: 'tour-over', ok, seconds, lessons: results, next: whatNext(lessons, options) })
  return ok
}

/** The three terminals to open now, with the first of the lessons that were shown. */
function whatNext(
  [lesson]: readonly Lesson[],
  { embedded, given }: TourOptions,
): readonly string[] {
  if (lesson === undefined) return []
  const programs = lesson.steps.flat()
  const waiting = programs.find(({ ready }) => ready !== undefined)
  const acting = programs.find(({ ready }) => ready === undefined)
  if (waiting === undefined || acting === undefined) return []
  const typing = { by: pnpm, url: given === undefined ? undefined : maskText(given) }
  return [
    embedded
      ? `${pnpm} broker     (or, with Docker: docker compose up -d --wait)`
      : '(the broker runs already)',
    learnersCommand(lesson.name, waiting, typing),
    learnersCommand(lesson.name, acting, typing),
  ]
}
