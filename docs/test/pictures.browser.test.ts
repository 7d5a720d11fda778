import { launchBrowser, withoutBrowser } from '@messaging-patterns/testkit/browser'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { pictureFiles } from '../tools/illustrate.ts'
import { faultsOfDrawing } from './geometry.ts'

describe.skipIf(withoutBrowser)('a picture', () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
    page = await browser.newPage()
  })

  afterAll(async () => {
    await browser.close()
  })

  test.each([...pictureFiles()])(
    '%s has no line through a text or a box, and nothing is cut off',
    async (_, svg) => {
      await page.setContent(`<body style="margin: 0">${svg}</body>`)
      expect(await page.evaluate(faultsOfDrawing)).toEqual([])
    },
  )
})
