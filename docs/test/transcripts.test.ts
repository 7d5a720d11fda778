import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, inject, test } from 'vitest'

import { allPages, pagesWithoutChapter, readLines, root } from '../tools/markdown.ts'
import { play } from '../tools/play.ts'
import { readersBroker, type ReadersBroker } from './stage.ts'

// `pnpm docs:update` writes what was shown into the pages that differ, "all" into all of them;
// without it they are compared.
const { DOCS_UPDATE: update } = process.env

let broker: ReadersBroker
let run = 0
let needRabbitMq = 0
const notRun: string[] = []

beforeAll(async () => {
  broker = await readersBroker()
}, 240_000)

// What a page left behind when it failed is no affair of the next one.
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await broker.reset()
}, 240_000)

afterAll(async () => {
  const reasons = [...new Set(notRun)].map((reason) => `\n  not run, because ${reason}`).join('')
  const left = needRabbitMq === 0 ? '' : `, ${needRabbitMq} need RabbitMQ in a container`
  for (const page of pagesWithoutChapter())
    process.stdout.write(`not run, for want of a chapter: ${page}\n`)
  process.stdout.write(
    `console blocks on ${inject('broker')}: ${run} run${left}, ${notRun.length} cannot be run${reasons}\n`,
  )
  await broker[Symbol.asyncDispose]()
})

// In the order of the course, on one broker: a reader has what the chapter before has left.
test.each(allPages())('%s shows what its commands do', { timeout: 600_000 }, async (page) => {
  const lines = readLines(page)
  const played = await playOnce(lines)
  run += played.run
  needRabbitMq += played.needRabbitMq
  notRun.push(...played.notRun)
  if (update !== undefined) writeFileSync(join(root, page), played.lines.join('\n'))
})

/** A page that is right stays as it is, also when it is to be updated. */
async function playOnce(lines: readonly string[]): ReturnType<typeof play> {
  if (update === undefined) return await play(lines, broker.stage)
  if (update !== 'all')
    try {
      return await play(lines, broker.stage).then((played) => ({ ...played, lines }))
    } catch {
      await broker.reset()
    }
  return await play(lines, broker.stage, { record: true, timeout: 90_000 })
}
