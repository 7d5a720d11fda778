import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { waitFor } from '@messaging-patterns/testkit'
import { expect, it, vi } from 'vitest'

import { embedded, rabbitMq, type Brokers } from '../src/judge/brokers.ts'
import { filesOf, readCatalog, type Entry } from '../src/course/catalog.ts'
import { Progress } from '../src/course/progress.ts'
import { App } from '../src/screen/app.ts'
import { copyOf, scratch } from './scratch.ts'

const all = await readCatalog()

/** A terminal of 80 columns, at which a test types and reads. */
class Desk {
  readonly input = Object.assign(new PassThrough(), {
    isRaw: false,
    setRawMode(raw: boolean): void {
      this.isRaw = raw
    },
  })
  readonly output = Object.assign(new PassThrough(), { isTTY: false, columns: 80, rows: 24 })
  #written = ''

  constructor() {
    this.output.setEncoding('utf8').on('data', (text: string) => (this.#written += text))
  }

  type(keys: string): void {
    this.input.write(keys)
  }

  /** The page that is on the screen now. */
  get page(): string {
    return this.#written.split('\u001b[H\u001b[J').at(-1) ?? ''
  }

  async shows(text: string): Promise<void> {
    try {
      await waitFor(text, () => this.page.includes(text))
    } catch (cause) {
      throw new Error(`waited for "${text}", and the page is\n${this.page}`, { cause })
    }
  }
}

/** The first two exercises, for a learner who has not started. */
async function sitDown(
  brokers: Brokers = embedded,
): Promise<Desk & AsyncDisposable & { app: App; entries: readonly Entry[] }> {
  const folders = [await scratch(), await scratch()]
  const entries = folders.map((folder, i) => copyOf(all[i] as Entry, folder))
  const progress = new Progress(join(folders[0]?.folder ?? '', 'progress.json'))
  const desk = new Desk()
  const streams = { input: desk.input, output: desk.output }
  const around = { catalog: entries, brokers, progress, streams }
  const app = new App(around, entries[0] as Entry)
  return Object.assign(desk, {
    app,
    entries,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      for (const folder of folders) await folder[Symbol.asyncDispose]()
    },
  })
}

async function solve(entry: Entry): Promise<void> {
  const { solution, program } = filesOf(entry)
  await writeFile(program, await readFile(solution, 'utf8'))
}

it('shows the first exercise, and checks it whenever it is saved', async () => {
  await using desk = await sitDown()
  const [first] = desk.entries as [Entry]
  await desk.shows('1 The first orders')
  await desk.shows('✘ The queue "orders" is empty')
  await desk.shows('0 of 2 solved')
  await solve(first)
  await desk.shows('✔ The queue "orders" holds all 5 orders')
  await desk.shows('1 of 2 solved')
})

it('goes on to the next exercise, and back', async () => {
  await using desk = await sitDown()
  desk.type('n')
  await desk.shows('2 Bake them')
  desk.type('p')
  await desk.shows('1 The first orders')
})

it('gives one hint after the other', async () => {
  await using desk = await sitDown()
  desk.type('h')
  await desk.shows('Hint 1 of 3')
  desk.type('h')
  await desk.shows('Hint 2 of 3')
  desk.type('hh')
  await desk.shows('Hint 1 of 3')
})

it('shows the solution when it is asked for twice', async () => {
  await using desk = await sitDown()
  desk.type('s')
  await desk.shows('Press s again')
  expect(desk.page).not.toContain('Our solution')
  desk.type('s')
  await desk.shows('Our solution')
  await desk.shows('await queue.send(order)')
})

it('shows the verdict instead of the solution when the program is saved', async () => {
  await using desk = await sitDown()
  const [first] = desk.entries as [Entry]
  desk.type('ss')
  await desk.shows('Our solution')
  await solve(first)
  await desk.shows('✔ The queue "orders" holds all 5 orders')
  expect(desk.page).not.toContain('Our solution')
})

it('says what to do when the check cannot run', async () => {
  await using desk = await sitDown(rabbitMq('amqp://localhost:1', 'http://localhost:1'))
  await desk.shows('The check could not run.')
  await desk.shows('omit --url to use the embedded broker')
})

it('starts over when it is asked for twice', async () => {
  await using desk = await sitDown()
  const [first] = desk.entries as [Entry]
  await solve(first)
  await desk.shows('✔')
  desk.type('x')
  await desk.shows('Press x again')
  desk.type('x')
  await desk.shows('✘ The queue "orders" is empty')
  const { problem, program } = filesOf(first)
  expect(await readFile(program, 'utf8')).toBe(await readFile(problem, 'utf8'))
})

it('finds an exercise in the list', async () => {
  await using desk = await sitDown()
  desk.type('l')
  await desk.shows('Bake them')
  desk.type('bake')
  await desk.shows('Search: bake')
  expect(desk.page).not.toContain('The first orders')
  desk.type('\r')
  await desk.shows('2 Bake them')
})

it('comes to a clear end', async () => {
  await using desk = await sitDown()
  for (const entry of desk.entries) {
    await solve(entry)
    await desk.shows('✔')
    desk.type('n')
  }
  await desk.shows('All 2 exercises are solved.')
})

it.each(['q', '\u0003'])('quits on %j, with the terminal as it was', async (key) => {
  await using desk = await sitDown()
  expect(desk.input.isRaw).toBe(true)
  desk.type(key)
  await desk.app.quit
  await desk.app[Symbol.asyncDispose]()
  expect(desk.input.isRaw).toBe(false)
})

it('leaves the terminal alone when an editor exits after the app has ended', async () => {
  await using desk = await sitDown()
  await using folder = await scratch()
  const [pipe, note] = [join(folder.folder, 'pipe'), join(folder.folder, 'note')]
  execFileSync('mkfifo', [pipe])
  vi.stubEnv('VISUAL', `cat ${pipe} > ${note} #`)
  try {
    desk.type('o')
    await waitFor('the editor', () => !desk.input.isRaw)
  } finally {
    vi.unstubAllEnvs()
  }
  const ended = desk.app[Symbol.asyncDispose]()
  await writeFile(pipe, 'the editor has exited')
  await ended
  expect(await readFile(note, 'utf8')).toBe('the editor has exited')
  expect(desk.input.isRaw).toBe(false)
})
