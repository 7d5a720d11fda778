import { expect, test } from 'vitest'

import { partsOfCourse } from '../tools/site/course.ts'
import { allExercises } from '../tools/exercises.ts'
import { figures } from '../tools/site/figures.ts'
import { chapters, readLines } from '../tools/markdown.ts'
import { glyphOf } from '../tools/pictures/glyph.ts'
import { pictures } from '../tools/pictures/pictures.ts'
import { scenesOnPages } from './scenes.ts'

const listed = partsOfCourse().flatMap((part) => part.chapters)

test('the README lists all chapters, in order and by their titles', () => {
  expect(listed.map(({ path }) => `docs${path}.md`)).toEqual(chapters())
  for (const { number, title, path } of listed)
    expect(readLines(`docs${path}.md`)[0]).toBe(`# ${number}. ${title}`)
})

test('the README says what each chapter shows, and has a note on each part', () => {
  for (const { shows } of listed) expect(shows).toMatch(/\w+ \w+/)
  for (const { note } of partsOfCourse()) expect(note).toMatch(/^[A-Z].*\.$/)
})

test('each chapter has a picture for the list of chapters', () => {
  expect(listed.filter(({ picture }) => pictures[picture ?? ''] === undefined)).toEqual([])
})

test.each(Object.entries(pictures))('the small picture of %s has all its things', (_, picture) => {
  const glyph = glyphOf(picture)
  const marks = [...glyph.matchAll(/<(?:rect|circle) class="(\w+)"/g)].map(([, kind]) => kind)
  expect(marks).toEqual(picture.layers.flat().map(({ kind }) => kind))
  for (const [, x = '', y = ''] of glyph.matchAll(/ (?:c?x)="([\d.-]+)" (?:c?y)="([\d.-]+)"/g)) {
    expect(Number(x)).toBeGreaterThanOrEqual(0)
    expect(Number(y)).toBeGreaterThanOrEqual(0)
  }
})

test('the figures are counted', () => {
  const { commands, exercises, mutants, suites, languages, passed, total } = figures()
  expect(exercises).toBe(allExercises().length)
  // Each exercise has at least two.
  expect(mutants).toBeGreaterThanOrEqual(2 * exercises)
  expect(commands).toBeGreaterThan(300)
  expect([suites, languages].every((count) => count > 5)).toBe(true)
  expect(passed).toBeLessThanOrEqual(total)
  const readme = readLines('broker/README.md').join('\n')
  expect(readme.match(/^\|.+\| +\d+ of \d+ \| +\d+ of \d+.*\|$/gm)).toHaveLength(suites)
})

test('each chapter has a scene, except those without programs or with a database', () => {
  const paths = listed.map(({ path }) => `${path}.html`)
  const without = paths.filter((path) => scenesOnPages().every((each) => each.path !== path))
  expect(without).toEqual(['/00-start-here.html', '/13-testing.html', '/14-service.html'])
})
