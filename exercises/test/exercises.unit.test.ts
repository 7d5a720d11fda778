import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { filesOf, readCatalog } from '../src/course/catalog.ts'
import { chapterOf, lessons } from '../src/course/exercise.ts'
import { proofOf } from './mutants.ts'

const catalog = await readCatalog()
const read = (file: string): Promise<string> => readFile(file, 'utf8')

describe('the exercises', () => {
  it('are numbered without a gap', () => {
    expect(catalog.map(({ number }) => number)).toEqual(catalog.map((_, i) => i + 1))
  })

  it('are at least two for each lesson', () => {
    for (const lesson of lessons)
      expect(catalog.filter((entry) => entry.lesson === lesson).length, lesson).toBeGreaterThan(1)
  })
})

describe.each(catalog)('$name', (entry) => {
  const files = filesOf(entry)

  it('has a task with a story, an aim, and what to read', async () => {
    const task = await read(files.task)
    expect(task).toMatch(/^# \S.*\n\n\S[^]*\n\n\*\*Your task:\*\* [^]*\n\n\*\*Read:\*\* /)
  })

  it('names its chapter, or a part of the client, in what to read', async () => {
    const [, reading = ''] = (await read(files.task)).split('**Read:**')
    const chapter = `${chapterOf(entry.lesson)}`.padStart(2, '0')
    expect(reading).toMatch(new RegExp(`docs/${chapter}-${entry.lesson}\\.md|client's`))
  })

  it.each(['problem', 'solution'] as const)('has a %s of at most 40 lines', async (file) => {
    expect((await read(files[file])).trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  })

  it('has several hints', async () => {
    expect((await read(files.hints)).match(/^## /gm)?.length).toBeGreaterThan(1)
  })

  it('says what it teaches, in a sentence', () => {
    expect(entry.teaches).toMatch(/^[A-Z].+\.$/)
  })

  it('has at least two mutants', async () => {
    expect((await proofOf(entry)).mutants.length).toBeGreaterThan(1)
  })
})

it.each(['README.md', ...catalog.map(({ name }) => `${name}/task.md`)])(
  'has no link in %s that leads nowhere',
  async (page) => {
    const file = new URL(`../${page}`, import.meta.url)
    const links = [...(await read(fileURLToPath(file))).matchAll(/\]\(([^)#]+)[^)]*\)/g)]
    for (const [, link = ''] of links) expect(existsSync(new URL(link, file)), link).toBe(true)
  },
)
