import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { beforeAll, describe, expect, test } from 'vitest'

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

  test.each(scenes)(
    'of chapter $chapter ends as it should: $title',
    async ({ chapter, expected }) => {
      const { page, faults } = tested
      // Runs in the page, which knows the scenes, too.
      await page.evaluate(async (number) => {
        const { openStage, scenes: all } = globalThis.engine
        const scene = all.find((each) => each.chapter === number)
        if (scene === undefined) throw new Error(`no scene for chapter ${number}`)
        globalThis.stage = openStage(scene, { files: '/' })
        await globalThis.stage.play()
      }, chapter)
      await expect.poll(() => page.evaluate(() => globalThis.stage.outcome)).toEqual(expected)
      await page.evaluate(() => globalThis.stage.close())
      expect(faults).toEqual([])
      await expect.poll(() => page.workers()).toEqual([])
    },
  )
})
