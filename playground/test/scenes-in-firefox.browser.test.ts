import { withoutFirefox } from '@messaging-patterns/testkit/browser'
import { beforeAll, describe, expect, test } from 'vitest'

import { scenes } from '../src/scenes/index.ts'
import { expectOutcome } from './support/scene-in-page.ts'
import { openFirefoxPage, type FirefoxPage } from './support/test-page.ts'

if (withoutFirefox)
  process.stderr.write(
    'NOT RUN: the scenes in Firefox (it is not installed; FIREFOX may name its path)\n',
  )

describe.skipIf(withoutFirefox)('a scene in Firefox', () => {
  let tested: FirefoxPage

  beforeAll(async () => {
    tested = await openFirefoxPage()
    return () => tested[Symbol.asyncDispose]()
  })

  test.each(scenes)('of chapter $chapter ends as in Chromium: $title', async (scene) => {
    await expectOutcome(tested.page, scene)
    expect(tested.faults).toEqual([])
  })
})
