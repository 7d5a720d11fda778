import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { findLessons, type Lesson } from '../src/course/lessons.ts'

// The list of lessons is what findLessons() reads from packages/*/tour.ts. A lesson is added by its
// folder and its chapter; these tests name the other places that have to mention it.

const lessons = await findLessons()

function read(file: string): string {
  return readFileSync(file, 'utf8')
}

function chapterOf({ order, name }: Pick<Lesson, 'order' | 'name'>): string {
  return `docs/${String(order).padStart(2, '0')}-${name}.md`
}

test('the lessons are numbered from 1, without gaps', () => {
  expect(lessons.map(({ order }) => order)).toEqual(lessons.map((_, index) => index + 1))
})

describe.each(lessons)('the lesson $name', (lesson) => {
  const { order, name, declares } = lesson

  test('has its number in its description, in its README and in its chapter', () => {
    const { description } = JSON.parse(read(`packages/${name}/package.json`)) as {
      description: string
    }
    expect(description).toMatch(new RegExp(`^Lesson ${order}: `))
    expect(read(`packages/${name}/README.md`)).toMatch(new RegExp(`^# Lesson ${order}: `))
    expect(read(chapterOf(lesson))).toMatch(new RegExp(`^# ${order}\\. `))
  })

  test('imports the names of its queues and exchanges into its tour.ts', () => {
    const { queues = {}, exchanges = {} } = declares
    const tour = read(`packages/${name}/tour.ts`)
    const names = [...Object.keys(queues), ...Object.keys(exchanges)]
    expect(names.length).toBeGreaterThan(0)
    const declaration = tour.slice(tour.indexOf('declares:'), tour.indexOf('steps:'))
    for (const each of names)
      expect(declaration).not.toMatch(new RegExp(String.raw`\b${each}['"]?:`))
  })
})

/** The packages of the last chapters, which a tour does not show. */
const withoutTour = [
  { order: 13, name: 'testing' },
  { order: 14, name: 'service' },
]

describe('the lessons, in the order of the course, are', () => {
  test('scripts of the root package.json, and the service after them', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const found = Object.entries(scripts).filter(([, script]) => script.includes('tour/lesson.js'))
    const names = [...lessons.map(({ name }) => name), 'service']
    expect(found).toEqual(names.map((name) => [name, `node tour/lesson.js ${name}`]))
  })

  test('rows of the table in the README', () => {
    const row = /^\| (\d+) +\| \[[^\]]+\]\(([^)]+)\) +\| \[([^\]]+)\]\(([^)]+)\)/gm
    const found = [...read('README.md').matchAll(row)].map((match) => match.slice(1))
    expect(found).toEqual(
      [...lessons, ...withoutTour].map((lesson) => {
        const { order, name } = lesson
        return [String(order), chapterOf(lesson), name, `packages/${name}`]
      }),
    )
  })

  test('links on the first page of the docs', () => {
    const item = /^(\d+)\. \[[^\]]+\]\(([^)]+)\)/gm
    const found = [...read('docs/README.md').matchAll(item)].map(([, number, file]) => [
      Number(number),
      `docs/${file}`,
    ])
    const chapters = [{ order: 0, name: 'start-here' }, ...lessons, ...withoutTour]
    expect(found).toEqual(chapters.map((each) => [each.order, chapterOf(each)]))
  })
})
