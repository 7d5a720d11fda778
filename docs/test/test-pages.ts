import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { testDeadline } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, test } from 'vitest'

import { readLines, root } from '../tools/markdown.ts'
import { play } from '../tools/play.ts'
import type { ReadersBroker } from './stage.ts'

// `pnpm docs:update` writes what was shown into the pages that differ, "all" into all of them;
// without it they are compared.
const { DOCS_UPDATE: update } = process.env

/** Types the console blocks of the pages, one page after the other, a test each. */
export function testPages(
  pages: readonly string[],
  { on }: { on: () => Promise<ReadersBroker> },
): void {
  let broker: ReadersBroker
  let run = 0
  let needRabbitMq = 0
  let needEmbedded = 0
  const notRun: string[] = []

  beforeAll(async () => {
    broker = await on()
  })

  // What a page left behind when it failed is no affair of the next one.
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await broker.reset()
  })

  afterAll(async () => {
    const reasons = [...new Set(notRun)].map((reason) => `\n  not run, because ${reason}`).join('')
    const left = [
      needRabbitMq === 0 ? '' : `, ${needRabbitMq} need RabbitMQ in a container`,
      needEmbedded === 0 ? '' : `, ${needEmbedded} need pnpm broker`,
    ].join('')
    process.stdout.write(
      `console blocks on ${broker.name}: ${run} run${left}, ${notRun.length} cannot be run${reasons}\n`,
    )
    await broker[Symbol.asyncDispose]()
  })

  test.each(pages)('%s shows what its commands do', { timeout: 2 * testDeadline }, async (page) => {
    const lines = readLines(page)
    const played = await playOnce(lines)
    run += played.run
    needRabbitMq += played.needRabbitMq
    needEmbedded += played.needEmbedded
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
    return await play(lines, broker.stage, { record: true })
  }
}
