import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { findLessons } from '../src/lessons.ts'

const lessons = await findLessons()

test('the lessons have the order of the course, and their pages say the same number', () => {
  expect(lessons.map(({ name, order }) => `${order} ${name}`)).toEqual([
    '1 basic',
    '2 work-queues',
    '3 pubsub',
    '4 routing',
    '5 topics',
    '6 rpc',
    '7 confirms',
    '8 retries',
    '9 cluster',
    '10 headers',
  ])
  for (const { name, order } of lessons) {
    const { description } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as {
      description: string
    }
    const readme = readFileSync(`packages/${name}/README.md`, 'utf8')
    expect(description).toMatch(new RegExp(`^Lesson ${order}: `))
    expect(readme).toMatch(new RegExp(`^# Lesson ${order}: `))
  }
})

test.each(lessons)('the tour of $name imports the names of its queues and exchanges', (lesson) => {
  const { queues = {}, exchanges = {} } = lesson.declares
  const tour = readFileSync(`packages/${lesson.name}/tour.ts`, 'utf8')
  const declares = tour.slice(tour.indexOf('declares:'), tour.indexOf('steps:'))
  const names = [...Object.keys(queues), ...Object.keys(exchanges)]
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(declares).not.toMatch(new RegExp(String.raw`\b${name}['"]?:`))
})
