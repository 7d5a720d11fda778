import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { testDeadline } from '@messaging-patterns/testkit'
import { afterAll, afterEach, beforeAll, test } from 'vitest'

import { readLines, root } from '../tools/markdown.ts'
import { play } from '../tools/play.ts'
import type { ReadersBroker } from './stage.ts'

// `pnpm docs:update` records the pages whose output differs, and "all" records all pages. Without it,
// pages are only compared.
const { DOCS_UPDATE: update } = process.env

/** Runs the console blocks of the pages in this order, with one test per page. */
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

  // A page that failed must not affect the next one.
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await broker.reset()
  })

  afterAll(async () => {
    const reasons = [...new Set(notRun)].map((reason) => `\n  not run, because ${reason}`).join('')
    const skipped = [
      needRabbitMq === 0 ? '' : `, ${needRabbitMq} need RabbitMQ in a container`,
      needEmbedded === 0 ? '' : `, ${needEmbedded} need pnpm broker`,
    ].join('')
    process.stdout.write(
      `console blocks on ${broker.name}: ${run} run${skipped}, ${notRun.length} cannot be run${reasons}\n`,
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

  /** When recording, a page whose output still matches stays as it is. */
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
