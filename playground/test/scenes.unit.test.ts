import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { scenes } from '../src/scenes/index.ts'
import { openTestPage, type TestPage } from './support/test-page.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the scenes in a page (Chromium is not installed; CHROMIUM may name its path)\n',
  )

describe.skipIf(withoutBrowser)('a scene in the page', () => {
  let tested: TestPage

  beforeAll(async () => {
    tested = await openTestPage()
    return () => tested[Symbol.asyncDispose]()
  })

  afterEach(async () => {
    await tested.page.evaluate(() => globalThis.stage.close())
  })

  test.each(scenes)('of chapter $chapter ends as it should: $title', async ({ id, expected }) => {
    const { page, faults } = tested
    // Runs in the page, which knows the scenes, too.
    await page.evaluate((name) => globalThis.engine.playScene(name), id)
    await expect.poll(() => page.evaluate(() => globalThis.stage.outcome)).toEqual(expected)
    await page.evaluate(() => globalThis.stage.close())
    await expect.poll(() => page.workers()).toEqual([])
    expect(faults).toEqual([])
  })
})
