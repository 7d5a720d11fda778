// What the test page of the exercises loads.
import type { CheckAnswer, CheckRequest } from '../../src/check-worker/protocol.ts'
import { Checker } from '../../src/exercises/checker.ts'
import { ExercisesView } from '../../src/exercises/index.ts'

declare global {
  /** Only on the test page of the exercises. */
  var openExercises: () => Promise<void>
  var checkExercise: (request: CheckRequest) => Promise<CheckAnswer>
}

/** Opens the exercises as the site does. */
globalThis.openExercises = async () => {
  const view = new ExercisesView({ files: '/', pageOf: (path) => `/${path}` })
  document.body.replaceChildren(view.element)
  await view.begin()
}

/** Checks a program, and resolves when its worker has ended. */
globalThis.checkExercise = async (request: CheckRequest): Promise<CheckAnswer> => {
  using checker = new Checker('/')
  return await checker.check(request).then(
    (verdict) => ({ verdict }),
    (error: unknown) => ({ problem: String(error) }),
  )
}
