import { readdirSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import {
  chooseLessons,
  findLessons,
  lessonsFolder,
  lessonsInTour,
  typedCommand,
} from '../src/course/lessons.ts'

const lessons = await findLessons()

describe('the lessons', () => {
  test('are in the order of the course, each with its own number', () => {
    const orders = lessons.map(({ order }) => order)
    expect(orders).toEqual(orders.toSorted((a, b) => a - b))
    expect(new Set(orders).size).toBe(lessons.length)
  })

  test('are all packages but those of the last two chapters, which have no tour', () => {
    const others = ['create-service', 'service', 'testing']
    const folders = readdirSync(lessonsFolder, { withFileTypes: true })
    const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    const ofLessons = names.filter((name) => !others.includes(name))
    expect(lessons.map(({ name }) => name).toSorted()).toEqual(ofLessons.toSorted())
  })

  test('are all in the tour, except for the one that needs three brokers', () => {
    const others = lessons.filter((lesson) => !lessonsInTour(lessons).includes(lesson))
    expect(others.map(({ name }) => name)).toEqual(['cluster'])
  })

  test('are chosen by name or number, and stay in order', () => {
    expect(chooseLessons(lessons, [])).toBe(lessons)
    expect(chooseLessons(lessons, ['topics', '1', 'topics']).map(({ name }) => name)).toEqual([
      'basic',
      'topics',
    ])
    expect(() => chooseLessons(lessons, ['basic', 'none'])).toThrow(
      /^there is no lesson none; the lessons are basic, /,
    )
  })
})

test.each([
  [['consumer', 'kern.*', '#'], 'pnpm topics consumer "kern.*" "#"'],
  [['producer', 'say "$HOME"'], String.raw`pnpm topics producer "say \"\$HOME\""`],
  [['producer', 'a=1', '--', 'b'], 'pnpm topics producer a=1 -- b'],
] as const)('%j is typed as %s', (command, typed) => {
  const program = { name: '', command }
  expect(typedCommand('topics', program)).toBe(typed)
  expect(typedCommand('topics', program, { pnpm: 'npx --yes pnpm', url: 'amqp://h' })).toBe(
    `npx --yes ${typed.replace(/(consumer|producer)/, '$1 --url amqp://h')}`,
  )
})
