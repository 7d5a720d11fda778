import { describe, expect, test } from 'vitest'

import { allExercises, withExercises } from '../tools/exercises.ts'
import { allPages, readLines } from '../tools/markdown.ts'

test('each chapter names its exercises at its end', () => {
  const missing = [
    ...new Map(allExercises().map(({ chapter, lesson }) => [chapter, lesson])),
  ].filter(([chapter, lesson]) => {
    const page = allPages().find((each) => each.startsWith(`docs/${pad(chapter)}-`)) ?? ''
    const end = ['## Exercises', '', `<!-- exercises: ${lesson} -->`].join('\n')
    return !readLines(page).join('\n').includes(end)
  })
  expect(missing).toEqual([])
})

function pad(chapter: number): string {
  return String(chapter).padStart(2, '0')
}

describe('the exercises of a lesson', () => {
  const chapter = (...below: readonly string[]): string[] => [
    '# Chapter',
    '',
    '## Exercises',
    '',
    '<!-- exercises: pubsub -->',
    ...below,
  ]

  test('are listed up to the next heading, with the aim of each', () => {
    const listed = withExercises(chapter('', 'an old list', '', '## Next', '', 'Routing'))
    expect(listed).toEqual([
      ...chapter(''),
      expect.stringMatching(/^Now fix some programs yourself\./),
      expect.stringMatching(/`pnpm exercises 7` opens the first/),
      '',
      '- 7, **A copy for every screen**: Make every running screen show every line.',
      expect.stringMatching(/^- 8, \*\*Back from vacation\*\*: Make sure that sales .* again\.$/),
      '',
      '## Next',
      '',
      'Routing',
    ])
    expect(withExercises(listed)).toEqual(listed)
    expect(withExercises(chapter(''))).toEqual(listed.slice(0, -3))
  })

  test('that no lesson has, are an error', () => {
    expect(() => withExercises(['<!-- exercises: sushi -->'])).toThrow(/lesson "sushi"/)
  })

  test('are a table for a teacher', () => {
    const table = withExercises(['<!-- exercises: all -->']).slice(2, -1)
    expect(table).toHaveLength(2 + 46)
    expect(new Set(table.map(({ length }) => length)).size).toBe(1)
    expect(table[4]).toMatch(/^\| 3 +\| Lost orders +\| 2, work-queues \| Acknowledge a message /)
  })

  test('leave a page without the comment as it is', () => {
    expect(withExercises(['# Chapter', '', 'text'])).toEqual(['# Chapter', '', 'text'])
  })
})
