import { explainOperation } from '@messaging-patterns/shared'

import type { Admin } from './admin.ts'
import { Cast, type TourContext } from './cast.ts'
import { disprove } from './claims.ts'
import type { LessonResult } from './events.ts'
import { Footprint } from './footprint.ts'
import type { Lesson } from './lessons.ts'
import type { RunningProgram } from './running-program.ts'

/** Milliseconds without any sign of life of a program that starts, or ends by itself. */
const startPatience = 30_000

/** Milliseconds without a new line before what is not seen counts as missing. */
const claimPatience = 5000

export interface Stage extends TourContext {
  readonly admin: Admin
}

/**
 * Runs a lesson and checks what was to be seen. Leaves no process behind, and the broker as it was.
 * Rejects when the tour is interrupted.
 */
export async function perform(lesson: Lesson, stage: Stage): Promise<LessonResult> {
  const began = performance.now()
  const { name, order, shows } = lesson
  stage.show({ event: 'lesson', name, order, shows, programs: headings(lesson) })
  const reasons = await reasonsAgainst(lesson, stage)
  const seconds = Math.round(performance.now() - began) / 1000
  const ok = reasons.length === 0
  const result = { name, order, ok, seconds, ...(!ok && { reason: reasons.join('; ') }) }
  stage.show({ event: 'lesson-over', ...result })
  return result
}

/** Those who act come first, those who wait for them behind. */
function headings({ steps }: Lesson): readonly string[] {
  const programs = steps.flat()
  const acting = programs.filter(({ ready }) => ready === undefined)
  const waiting = programs.filter(({ ready }) => ready !== undefined)
  return [...new Set([...acting, ...waiting].map(({ name }) => name))]
}

async function reasonsAgainst(lesson: Lesson, stage: Stage): Promise<readonly string[]> {
  const { admin } = stage
  const footprint = await Footprint.before(admin, lesson)
  if (footprint.obstacle !== undefined) return [footprint.obstacle]
  const cast = new Cast(lesson, stage)
  try {
    const problem = await play(lesson, cast)
    await cast.stop()
    return problem ?? (cast.failures.length > 0 ? cast.failures : judge(lesson, cast, stage))
  } finally {
    await cast.stop()
    await restore(footprint, stage)
  }
}

async function restore(footprint: Footprint, { show }: Stage): Promise<void> {
  try {
    await footprint.restore()
  } catch (error) {
    // The broker has gone, say: worth a word, but no reason to hide what happened before.
    show({ event: 'note', text: `could not tidy up: ${explainOperation(error).message}` })
  }
}

/** All steps, and then until all is seen, or it is clear that it will not be. */
async function play(lesson: Lesson, cast: Cast): Promise<readonly string[] | undefined> {
  for (const step of lesson.steps) {
    const started = cast.start(step)
    const late = (): readonly RunningProgram[] => started.filter((program) => !program.isDone)
    const names = step.map(({ name }) => name).join(', ')
    const over = (): boolean => cast.failures.length > 0 || late().length === 0
    if (!(await cast.until(`for ${names}`, over, startPatience)))
      return late().map(
        ({ program }) => `${program.name} did nothing for ${startPatience / 1000} s`,
      )
    if (cast.failures.length > 0) return undefined
  }
  const proved = (): boolean =>
    cast.failures.length > 0 || lesson.claims.every((claim) => !disprove(claim, cast.look))
  await cast.until('for the rest of the messages', proved, claimPatience)
  return undefined
}

function judge({ claims }: Lesson, { look }: Cast, { show }: Stage): readonly string[] {
  return claims.flatMap((claim) => {
    const reason = disprove(claim, look)
    const ok = reason === undefined
    show({ event: 'claim', says: claim.says, ok, ...(!ok && { reason }) })
    return ok ? [] : [`not seen: ${claim.says} (${reason})`]
  })
}
