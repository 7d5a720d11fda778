import { describe, expect, test } from 'vitest'

import { findLessons, lessonsInTour } from '../src/course/lessons.ts'
import { disprove, linesFrom } from '../src/run/claims.ts'
import type { Lines } from './lesson-run.ts'
import { lessonRuns } from './lesson-runs.ts'

const lessons = lessonsInTour(await findLessons())

describe.each(lessons)('in $name', ({ name, claims }) => {
  const { lines, counterexamples } = lessonRuns[name] ?? { lines: {}, counterexamples: {} }

  test('each claim has runs in which it is false', () => {
    expect(Object.keys(counterexamples).toSorted()).toEqual(
      claims.map(({ says }) => says).toSorted(),
    )
  })

  describe.each(claims)('the claim that $says', (claim) => {
    const isTrue = (printed: Lines): boolean =>
      disprove(
        claim,
        linesFrom((program) => printed[program] ?? []),
      ) === undefined

    test('is true for a run in which it is true', () => {
      expect(isTrue(lines)).toBe(true)
    })

    test.each(counterexamples[claim.says] ?? [])('is false for %j', (differs) => {
      expect(isTrue({ ...lines, ...differs })).toBe(false)
    })
  })
})
