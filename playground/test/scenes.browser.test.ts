import { gzipSync } from 'node:zlib'

import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { scenes } from '../src/scenes/index.ts'
import { faultsOfPictures, loadPicture } from './support/picture/pictures-of-scene.ts'
import { expectOutcome } from './support/scene-in-page.ts'
import { openTestPage, type TestPage } from './support/test-page.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the scenes in a page (Chromium is not installed; CHROMIUM may name its path)\n',
  )

describe.skipIf(withoutBrowser)('a scene in the page', () => {
  let tested: TestPage

  beforeAll(async () => {
    tested = await openTestPage()
    await loadPicture(tested.page)
    return () => tested[Symbol.asyncDispose]()
  })

  afterEach(async () => {
    await tested.page.evaluate(() => globalThis.stage?.close())
  })

  test.each(scenes)('of chapter $chapter ends as it should: $title', async (scene) => {
    const { page, faults } = tested
    await expectOutcome(page, scene)
    await expect.poll(() => page.workers()).toEqual([])
    expect(await faultsOfPictures(page)).toEqual([])
    expect(faults).toEqual([])
  })

  test('shows the first message within half a second of pressing (median)', async () => {
    const times = await tested.page.evaluate(async () => {
      const all: number[] = []
      for (let i = 0; i < 5; i++) {
        const it = new globalThis.engine.RecordedLab()
        const began = performance.now()
        it.start('consumer', 'basic/consumer')
        it.start('producer', 'basic/producer')
        await it.until('a movement', () => it.movements.length > 0)
        all.push(performance.now() - began)
        it.lab.close()
      }
      return all.toSorted((a, b) => a - b)
    })
    const median = times[2] ?? Infinity
    process.stdout.write(`from pressing to the first message: ${Math.round(median)} ms (median)\n`)
    // Five times what a quiet machine may need: this finds a mistake.
    expect(median).toBeLessThan(2500)
  })

  test('loads at most 117 kB for a scene, and neither the compiler, nor yargs, nor what streams need', async () => {
    const { page, requests } = tested
    requests.length = 0
    await page.reload()
    await page.waitForFunction('globalThis.engine')
    await page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      it.start('worker', 'work-queues/consumer')
      await it.prints('worker', 'waiting')
      await it.start('producer', 'work-queues/producer', '--count', '1').ended
      it.lab.close()
    })
    const { origin } = new URL(page.url())
    const files = Array.from(new Set(requests))
    const sizes = await Promise.all(
      files.map(async (file) => {
        const body = Buffer.from(await (await fetch(origin + file)).arrayBuffer())
        return gzipSync(body, { level: 9 }).length
      }),
    )
    const total = sizes.reduce((sum, size) => sum + size, 0)
    process.stdout.write(
      `a scene loads ${(total / 1000).toFixed(1)} kB gzip in ${files.length} files\n`,
    )
    expect(files).not.toContain('/compiler.js')
    expect(files).not.toContain('/streams.js')
    expect(files).not.toContain('/yargs.js')
    // With the picture, and in chapter 12 with the task queue, it may have 170: see docs/test/scenes.ts.
    expect(total).toBeLessThan(117_000)
  })
})
