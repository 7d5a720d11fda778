import { maskText, pnpm } from '@messaging-patterns/shared'

import { lessonsInTour, typedCommand, type Lesson } from '../course/lessons.ts'
import type { LessonResult, SkippedLesson } from './events.ts'
import { runLesson, type LessonContext } from './run-lesson.ts'

export interface TourOptions extends LessonContext {
  readonly embedded: boolean
  /** The value of --url, which the learner has to pass to the programs as well. */
  readonly urlOption: string | undefined
  /** Called before each lesson, with its name. */
  readonly beforeEach?: (lesson: string) => Promise<void>
}

/** Runs one lesson after the other. Resolves with whether everything was as expected. */
export async function runTour(
  lessons: readonly Lesson[],
  options: TourOptions,
): Promise<boolean | 'interrupted'> {
  const { emit, stop, beforeEach } = options
  const started = performance.now()
  const results: LessonResult[] = []
  const runnable = lessonsInTour(lessons)
  try {
    for (const lesson of runnable) {
      await beforeEach?.(lesson.name)
      stop.throwIfAborted()
      results.push(await runLesson(lesson, options))
    }
  } catch (error) {
    if (!stop.aborted) throw error
    emit({ event: 'note', text: 'Interrupted: programs stopped, queues and exchanges deleted.' })
    return 'interrupted'
  }
  const ok = results.every((result) => result.ok)
  const seconds = Math.round(performance.now() - started) / 1000
  const skipped = lessons.flatMap(skippedOf)
  const next = nextCommands(runnable, options)
  emit({ event: 'tour-end', ok, seconds, lessons: results, skipped, next })
  return ok
}

function skippedOf({ name, order, notInTour }: Lesson): readonly SkippedLesson[] {
  return notInTour === undefined ? [] : [{ name, order, ...notInTour }]
}

/** What to type in three terminals now, to run the first lesson of the tour yourself. */
function nextCommands(
  [lesson]: readonly Lesson[],
  { embedded, urlOption }: TourOptions,
): readonly string[] {
  if (lesson === undefined) return []
  const programs = lesson.steps.flat()
  const waiting = programs.find(({ ready }) => ready !== undefined)
  const exiting = programs.find(({ ready }) => ready === undefined)
  if (waiting === undefined || exiting === undefined) return []
  const options = { pnpm, url: urlOption === undefined ? undefined : maskText(urlOption) }
  return [
    embedded
      ? `${pnpm} broker     (or, with Docker: docker compose up -d --wait)`
      : '(the broker is already running)',
    typedCommand(lesson.name, waiting, options),
    typedCommand(lesson.name, exiting, options),
  ]
}
