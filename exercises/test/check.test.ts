import { randomUUID } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { filesOf, readCatalog, type Entry } from '../src/course/catalog.ts'
import { check } from '../src/check.ts'
import { Progress } from '../src/course/progress.ts'
import type { Brokers } from '../src/judge/brokers.ts'
import { brokersOfProject } from './brokers.ts'
import { copyOf, scratch } from './scratch.ts'

const [first, second, third, , fifth] = (await readCatalog()) as [Entry, Entry, Entry, Entry, Entry]
const brokers = brokersOfProject()

async function run(
  entries: readonly Entry[],
  json: boolean,
  progress = new Progress(join(tmpdir(), randomUUID())),
): Promise<[number, string]> {
  let written = ''
  const write = (text: string): void => void (written += text)
  return [await check(entries, { brokers, progress, json, write }), written]
}

it('exits with 0 if all exercises are solved, and with 1 otherwise', async () => {
  await using one = await scratch()
  await using other = await scratch()
  const entries = [copyOf(first, one), copyOf(second, other)] as const
  for (const entry of entries) await copyFile(filesOf(entry).solution, filesOf(entry).program)
  const [code, text] = await run(entries, false)
  expect(text).toContain('✔ 01-first-orders: The queue "orders" holds all 5 orders')
  expect(text).toContain('2 of 2 exercises solved')
  expect(code).toBe(0)

  await copyFile(filesOf(entries[1]).problem, filesOf(entries[1]).program)
  const [failed, lines] = await run(entries, true)
  expect(failed).toBe(1)
  const verdicts = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  expect(verdicts).toMatchObject([
    { name: '01-first-orders', begun: true, solved: true },
    { name: '02-bake-them', begun: true, solved: false, lesson: 'basic' },
  ])
})

it('does not check exercises that have not been started', async () => {
  await using folder = await scratch()
  const [code, text] = await run([copyOf(first, folder)], false)
  expect(text).toContain('- 01-first-orders: not started')
  expect(code).toBe(1)
})

it('prints what the page for teachers shows', async () => {
  await using one = await scratch()
  await using two = await scratch()
  await using three = await scratch()
  const solved = copyOf(first, one)
  const unsolved = copyOf(third, two)
  const entries = [solved, unsolved, copyOf(fifth, three)]
  await copyFile(filesOf(solved).solution, filesOf(solved).program)
  await copyFile(filesOf(unsolved).problem, filesOf(unsolved).program)
  const [, printed] = await run(entries, true)
  const page = await readFile(new URL('../../docs/teaching.md', import.meta.url), 'utf8')
  const withoutSeconds = (text: string): string =>
    text.replaceAll(/"seconds":[\d.]+/g, '"seconds":0')
  expect(withoutSeconds(page)).toContain(withoutSeconds(printed))
})

it('remembers which exercises are solved', async () => {
  await using folder = await scratch()
  const entry = copyOf(first, folder)
  await copyFile(filesOf(entry).solution, filesOf(entry).program)
  const progress = new Progress(join(folder.folder, 'progress.json'))
  await run([entry], false, progress)
  expect(progress.isSolved(entry.name)).toBe(true)
})

it('deletes its virtual host when it is interrupted', async () => {
  await using folder = await scratch()
  const entry = copyOf(second, folder)
  await copyFile(filesOf(entry).solution, filesOf(entry).program)
  const stop = new AbortController()
  let deleted = false
  const interrupted: Brokers = {
    ...brokers,
    async open() {
      const vhost = await brokers.open()
      stop.abort(new Error('interrupted'))
      const dispose = async (): Promise<void> => {
        await vhost[Symbol.asyncDispose]()
        deleted = true
      }
      return { url: vhost.url, [Symbol.asyncDispose]: dispose }
    },
  }
  const progress = new Progress(join(folder.folder, 'progress.json'))
  const report = { brokers: interrupted, progress, json: false, write: () => {} }
  await expect(check([entry], { ...report, signal: stop.signal })).rejects.toThrow('interrupted')
  expect(deleted).toBe(true)
  expect(progress.isSolved(entry.name)).toBe(false)
})
