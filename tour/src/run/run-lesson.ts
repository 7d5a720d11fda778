import { explainOperation, MessagingError } from '@messaging-patterns/shared'

import type { Admin } from '../broker/admin.ts'
import { Footprint } from '../broker/footprint.ts'
import type { Lesson } from '../course/lessons.ts'
import { disprove } from './claims.ts'
import type { LessonResult } from './events.ts'
import { LessonPrograms, type ProgramsContext } from './lesson-programs.ts'
import type { RunningProgram } from './running-program.ts'

/** How many milliseconds a program may print nothing while it starts, or until it exits by itself. */
const programTimeout = 30_000

/** How many milliseconds without output prove that a missing line will not come. */
const claimTimeout = 10_000

export interface LessonContext extends ProgramsContext {
  readonly admin: Admin
}

/**
 * Runs a lesson and checks its claims. Afterward no process is left, and the broker is as it was
 * before. Rejects if the tour is interrupted.
 */
export async function runLesson(lesson: Lesson, context: LessonContext): Promise<LessonResult> {
  const started = performance.now()
  const { name, order, shows } = lesson
  context.emit({ event: 'lesson-start', name, order, shows, programs: columnsOf(lesson) })
  const failures = await failuresOf(lesson, context)
  const seconds = Math.round(performance.now() - started) / 1000
  const ok = failures.length === 0
  const result = { name, order, ok, seconds, ...(!ok && { reason: failures.join('; ') }) }
  context.emit({ event: 'lesson-end', ...result })
  return result
}

/** The programs that exit by themselves come first, and then those that wait for messages. */
function columnsOf({ steps }: Lesson): readonly string[] {
  const programs = steps.flat()
  const exiting = programs.filter(({ ready }) => ready === undefined)
  const waiting = programs.filter(({ ready }) => ready !== undefined)
  return [...new Set([...exiting, ...waiting].map(({ name }) => name))]
}

async function failuresOf(lesson: Lesson, context: LessonContext): Promise<readonly string[]> {
  const footprint = await Footprint.take(context.admin, lesson).catch(explainOperation)
  // For example, the broker has stopped. The results of the lessons before must not be lost.
  if (footprint instanceof MessagingError)
    return [[footprint.message, footprint.remedy].filter(Boolean).join('; ')]
  if (footprint.obstacle !== undefined) return [footprint.obstacle]
  const programs = new LessonPrograms(lesson, context)
  try {
    const stuck = await runSteps(lesson, programs)
    await programs.stop()
    if (stuck.length > 0) return stuck
    return programs.failures.length > 0 ? programs.failures : checkClaims(lesson, programs, context)
  } finally {
    await programs.stop()
    await restore(footprint, context)
  }
}

async function restore(footprint: Footprint, { emit }: LessonContext): Promise<void> {
  try {
    await footprint.restore()
  } catch (error) {
    // For example, the broker has stopped. That must not hide the result of the lesson.
    emit({ event: 'note', text: `could not clean up: ${explainOperation(error).message}` })
  }
}

/**
 * Runs all steps, and then waits until the claims are true or no more output arrives. Resolves with
 * the programs that got stuck.
 */
async function runSteps(lesson: Lesson, programs: LessonPrograms): Promise<readonly string[]> {
  for (const step of lesson.steps) {
    const started = programs.start(step)
    const pending = (): readonly RunningProgram[] => started.filter(({ isDone }) => !isDone)
    const names = step.map(({ name }) => name).join(', ')
    const finished = (): boolean => programs.failures.length > 0 || pending().length === 0
    if (!(await programs.until(`for ${names}`, finished, programTimeout)))
      return pending().map(
        ({ program }) => `${program.name} printed nothing for ${programTimeout / 1000} s`,
      )
    if (programs.failures.length > 0) return []
  }
  const decided = (): boolean =>
    programs.failures.length > 0 ||
    lesson.claims.every((claim) => disprove(claim, programs.lines) === undefined)
  await programs.until('for the remaining messages', decided, claimTimeout)
  return []
}

function checkClaims(
  { claims }: Lesson,
  { lines }: LessonPrograms,
  { emit }: LessonContext,
): readonly string[] {
  return claims.flatMap((claim) => {
    const reason = disprove(claim, lines)
    const ok = reason === undefined
    emit({ event: 'claim', says: claim.says, ok, ...(!ok && { reason }) })
    return ok ? [] : [`not true: ${claim.says} (${reason})`]
  })
}
