import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'

import { browserForTests, withoutBrowser } from '@messaging-patterns/testkit/browser'
import { humanPace } from '../../src/picture/motion/schedule.ts'
import type { Update } from '../../src/picture/update.ts'
import { openPicture } from '../support/picture/picture-page.ts'
import { workQueues } from '../support/stories.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: whether the picture is smooth (no Chromium; CHROMIUM may name one)\n',
  )

/** Many messages that ten programs publish at almost the same time. */
function published(count: number): Update {
  const script = workQueues()
  for (let i = 0; i < 10; i++) script.program(`p${i}`)
  for (let i = 0; i < count; i++) script.publish({ program: `p${i % 10}`, key: 'task_queue' })
  const update = script.update()
  const movements = update.movements.filter(({ type }) => type === 'published')
  const shown = movements.map((movement, i) => {
    const start = update.time + humanPace.appear + i
    return { ...movement, shown: { start, end: start + humanPace.hop } }
  })
  return { ...update, movements: shown }
}

/** The times between frames in milliseconds, while this many messages move slowly. */
function framesWith(page: Page, count: number): Promise<readonly number[]> {
  return page.evaluate(async (most) => {
    const frame = (): Promise<number> => new Promise(requestAnimationFrame)
    const moving = (): number => document.querySelectorAll('.mp-token').length
    while (moving() < most) await frame()
    // So that all of them are on their way during the whole measurement.
    window.picture.setRate(0.02)
    const times: number[] = []
    for (let i = 0; i < 181; i++) times.push(await frame())
    if (moving() !== most) throw new Error(`${moving()} messages are on their way`)
    return times.slice(1).map((time, i) => time - (times[i] ?? 0))
  }, count)
}

describe.skipIf(withoutBrowser)('the picture in a browser', () => {
  const browser = browserForTests()

  // With more, it shows pulses.
  test.each([50, 200])('draws 60 frames per second with %i messages in flight', async (count) => {
    await using opened = await openPicture(browser(), { viewport: { width: 1280, height: 900 } })
    const { page, update } = opened
    await page.evaluate(() => window.picture.setRate(0.5))
    await update(published(count))
    const gaps = (await framesWith(page, count)).toSorted((a, b) => a - b)
    const [median = Infinity, p95 = Infinity] = [0.5, 0.95].map(
      (part) => gaps[Math.floor(part * gaps.length)],
    )
    process.stdout.write(
      `${count} in flight: ${median.toFixed(1)} ms per frame (median), ${p95.toFixed(1)} ms (p95)\n`,
    )
    // A frame takes 16.7 ms. On a busy machine some come late, but not half of them.
    expect(median).toBeLessThan(18)
  })
})
