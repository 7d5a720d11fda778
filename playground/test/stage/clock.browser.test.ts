import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { openTestPage, type TestPage } from '../support/test-page.ts'
import type { Frame } from './clock-page.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the clock of a scene (Chromium is not installed; CHROMIUM may name its path)\n',
  )

/** How far apart may be what belongs together, in milliseconds: the page and its workers share two cores. */
const together = 250

describe.skipIf(withoutBrowser)('the picture and the terminals of a scene', () => {
  let tested: TestPage

  beforeAll(async () => {
    tested = await openTestPage('test/stage/clock-entry.ts')
    await tested.page.waitForFunction('globalThis.openScene')
    return () => tested[Symbol.asyncDispose]()
  })

  afterEach(async () => {
    await tested.page.evaluate(() => globalThis.shownScene.close())
    expect(tested.faults).toEqual([])
  })

  /** Presses a button, and returns the frames until a node has been called something. */
  async function play(
    scene: string,
    button: string,
    [node, name, times]: readonly [string, string, number],
  ): Promise<readonly Frame[]> {
    const { page } = tested
    await page.evaluate(
      async ([id = '', first = '']) => {
        globalThis.shownScene = globalThis.openScene(id)
        await globalThis.shownScene.press(first)
      },
      [scene, button],
    )
    const frames = () => page.evaluate(() => globalThis.shownScene.frames)
    await expect
      .poll(async () => spells(await frames(), (frame) => called(frame, node, name)).length)
      .toBeGreaterThanOrEqual(times)
    return await frames()
  }

  test('show a task in a worker while it says that it works on it', async () => {
    const frames = await play('work-queues', 'publish', ['q:task_queue', '0 ready,', 2])
    for (const worker of ['1', '2']) {
      const held = spells(frames, (frame) => called(frame, `p:worker-${worker}`, 'holds'))
      const worked = spells(frames, ({ terminals: { [`worker ${worker}`]: text = '' } }) => {
        const [begun, done] = [text.split('received'), text.split('done')]
        return begun.length > done.length
      })
      expect(worked).toHaveLength(2)
      for (const [i, { start, end }] of worked.entries()) {
        expect(Math.abs((held[i]?.start ?? 0) - start)).toBeLessThan(together)
        expect(Math.abs((held[i]?.end ?? 0) - end)).toBeLessThan(together)
      }
      // One heavy task, one light.
      const [light = 0, heavy = 0] = held.map(({ start, end }) => end - start).toSorted(ascending)
      expect(heavy).toBeGreaterThan(3 * light)
    }
  })

  test('show how long a failed message waits', async () => {
    const frames = await play('retries', 'toast', ['q:retries.parked', '1 ready', 1])
    for (const seconds of [1, 2]) {
      const queue = `q:retries.retry.${seconds}000`
      const waited = spells(frames, (frame) => called(frame, queue, '1 ready'))
      expect(waited).toHaveLength(1)
      const [{ start, end } = { start: 0, end: 0 }] = waited
      expect(Math.abs(end - start - seconds * 1000)).toBeLessThan(together)
    }
    const parked = ({ terminals: { consumer = '' } }: Frame): boolean => consumer.includes('parked')
    const [said] = spells(frames, parked)
    const [shown] = spells(frames, (frame) => called(frame, 'q:retries.parked', '1 ready'))
    // It says so when the exchange has the message, and one step later it is in the queue.
    expect((shown?.start ?? 0) - (said?.start ?? 0)).toBeGreaterThan(0)
    expect((shown?.start ?? 0) - (said?.start ?? 0)).toBeLessThan(620 + together)
  })

  test('let a message go that its queue has refused', async () => {
    const { page } = tested
    await page.evaluate(async () => {
      globalThis.shownScene = globalThis.openScene('confirms')
      await globalThis.shownScene.press('full')
    })
    await page.getByText('message 6 confirmed').waitFor()
    await expect.poll(() => page.locator('.mp-token').count()).toBe(0)
    // The program has ended, and is still there.
    await page.locator('.mp-ended[data-id="p:full-queue"]').waitFor()
  })
})

interface Spell {
  readonly start: number
  readonly end: number
}

/** From when to when something was true. */
function spells(frames: readonly Frame[], isTrue: (frame: Frame) => boolean): readonly Spell[] {
  const all: Spell[] = []
  let start: number | undefined
  for (const frame of frames)
    if (isTrue(frame)) start ??= frame.time
    else if (start !== undefined) {
      all.push({ start, end: frame.time })
      start = undefined
    }
  const last = frames.at(-1)?.time ?? 0
  return start === undefined ? all : [...all, { start, end: last }]
}

function called({ nodes }: Frame, node: string, name: string): boolean {
  return nodes[node]?.includes(name) ?? false
}

function ascending(a: number, b: number): number {
  return a - b
}
