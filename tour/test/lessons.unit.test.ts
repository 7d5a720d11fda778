import { readdirSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import {
  chooseLessons,
  findLessons,
  learnersCommand,
  lessonsFolder,
  shownByTour,
} from '../src/lessons.ts'

const lessons = await findLessons()

describe('the lessons', () => {
  test('come in the order of the course, each with a place of its own', () => {
    const orders = lessons.map(({ order }) => order)
    expect(orders).toEqual(orders.toSorted((a, b) => a - b))
    expect(new Set(orders).size).toBe(lessons.length)
  })

  test('are all known: a folder in packages/ has a tour.ts', () => {
    const folders = readdirSync(lessonsFolder, { withFileTypes: true })
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    expect(lessons.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  test('are all in the tour, but for the one that needs three brokers', () => {
    const left = lessons.filter((lesson) => !shownByTour(lessons).includes(lesson))
    expect(left.map(({ name }) => name)).toEqual(['cluster'])
  })

  test('are chosen by name or number, and come in order all the same', () => {
    expect(chooseLessons(lessons, [])).toBe(lessons)
    expect(chooseLessons(lessons, ['topics', '1', 'topics']).map(({ name }) => name)).toEqual([
      'basic',
      'topics',
    ])
    expect(() => chooseLessons(lessons, ['basic', 'none'])).toThrow(
      /^there is no lesson none; there are basic, /,
    )
  })
})

test.each([
  [['consumer', 'kern.*', '#'], 'pnpm topics consumer "kern.*" "#"'],
  [['producer', 'say "$HOME"'], String.raw`pnpm topics producer "say \"\$HOME\""`],
  [['producer', 'a=1', '--', 'b'], 'pnpm topics producer a=1 -- b'],
] as const)('%j is typed as %s', (command, typed) => {
  const program = { name: '', command }
  expect(learnersCommand('topics', program)).toBe(typed)
  expect(learnersCommand('topics', program, { by: 'npx --yes pnpm', url: 'amqp://h' })).toBe(
    `npx --yes ${typed.replace(/(consumer|producer)/, '$1 --url amqp://h')}`,
  )
})
