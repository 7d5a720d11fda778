import { describe, expect, test } from 'vitest'

import { disprove, lookOver } from '../src/claims.ts'
import { findLessons, shownByTour } from '../src/lessons.ts'
import { lessonRuns, type Lines } from './lesson-runs.ts'

const lessons = shownByTour(await findLessons())

describe.each(lessons)('of $name', ({ name, claims }) => {
  const { lines, lies } = lessonRuns[name] ?? { lines: {}, lies: {} }

  test('each claim has runs in which it is false', () => {
    expect(Object.keys(lies).toSorted()).toEqual(claims.map(({ says }) => says).toSorted())
  })

  describe.each(claims)('the claim that $says', (claim) => {
    const isTicked = (seen: Lines): boolean =>
      disprove(
        claim,
        lookOver((program) => seen[program] ?? []),
      ) === undefined

    test('is ticked when it is true', () => {
      expect(isTicked(lines)).toBe(true)
    })

    test.each(lies[claim.says] ?? [])('is not ticked for %j', (differs) => {
      expect(isTicked({ ...lines, ...differs })).toBe(false)
    })
  })
})
