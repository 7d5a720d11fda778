import { basename } from 'node:path'

import { launchBrowser, withoutBrowser } from '@messaging-patterns/testkit/browser'
import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { entries } from '../tools/api/reference.ts'
import { chapters, docsPages, readLines } from '../tools/markdown.ts'
import { sourcePages } from '../tools/site/sources.ts'
import { testLivePages } from './live-pages.ts'
import { openPage, type Opened, type Opener } from './opened.ts'
import { testScenes } from './scenes.ts'
import { brokenWords, hiddenPictures, brightnessAtCorner } from './screen.ts'
import { servedSite, type Site } from './served-site.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the tests of the site (Chromium is not installed; CHROMIUM may name its path)\n',
  )

const prose = docsPages().map((file) =>
  file.replace(/^docs/, '').replace('README', 'index').replace(/md$/, 'html'),
)
const reference = entries.map(({ page }) => `/api/${page}.html`)
const sources = sourcePages().map(({ page }) => `/code/${page}.html`)
/** The pages that are examined. The generated pages are alike, so one of each kind is enough. */
const paths = [...prose, '/api/command-line.html', '/code/work-queues.html']

/** What chapters have around their content is the same on all, so it is examined on one. */
const examinedWhole = new Set(['/index.html', '/00-start-here.html'])

/** The title of a chapter, without its number. */
function titleOf(file: string): string {
  return (readLines(file)[0] ?? '').replace(/^# \d+\. /, '')
}

describe.skipIf(withoutBrowser)('the site', () => {
  let site: Site
  let browser: Browser

  beforeAll(async () => {
    browser = await launchBrowser()
    site = await servedSite()
    return async () => {
      await browser.close()
      await site[Symbol.asyncDispose]()
    }
  })

  const open: Opener = (...page) => openPage(browser, site.url, ...page)

  test('has all pages', () => {
    const expected = ['/404.html', ...prose, ...reference, ...sources]
    expect(site.pages.toSorted()).toEqual(expected.toSorted())
  })

  test.each([...prose, ...reference, ...sources])(
    '%s has no link to a missing page or anchor',
    (path) => {
      expect(site.deadLinks(path)).toEqual([])
    },
  )

  describe.each(paths)('%s', (path) => {
    let opened: Opened

    beforeAll(async () => {
      opened = await open(path)
    })

    afterAll(async () => {
      await opened.context.close()
    })

    test('opens without an error, and loads nothing from other hosts', () => {
      expect(opened.faults).toEqual([])
    })

    test.each(['light', 'dark'] as const)(
      'has no serious accessibility problem when %s',
      async (colorScheme) => {
        const { page } = opened
        await page.emulateMedia({ colorScheme })
        await expect
          .poll(() => page.evaluate('document.documentElement.classList.contains("dark")'))
          .toBe(colorScheme === 'dark')
        await page.evaluate(axe.source)
        // All other rules give the same result in both color schemes.
        const options = colorScheme === 'light' ? '{}' : '{ runOnly: "color-contrast" }'
        const place = examinedWhole.has(path) ? 'document' : '"#VPContent"'
        const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(${place}, ${options})`)
        const serious = violations.filter(
          ({ impact }) => impact === 'serious' || impact === 'critical',
        )
        expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
      },
    )

    test('fits a screen of 375 pixels', async () => {
      const { page } = opened
      await page.setViewportSize({ width: 375, height: 700 })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
      // These cut off what is too wide.
      const cut = await page.$$eval('.tabs, pre, .vp-doc h1, .vp-doc h2', (all) =>
        all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent),
      )
      expect(cut).toEqual([])
      await expect.poll(() => page.evaluate(hiddenPictures)).toEqual([])
      expect(await page.evaluate(brokenWords)).toEqual([])
    })
  })

  test.each([...reference, ...sources])('%s fits a screen of 375 pixels', async (path) => {
    const { page, context, faults } = await open(path, { viewport: { width: 375, height: 700 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
    await context.close()
    expect(faults).toEqual([])
  })

  test.each(['light', 'dark'] as const)(
    'shades the edge where a table is cut off when %s',
    async (colorScheme) => {
      const viewport = { width: 375, height: 700 }
      const { page, context } = await open('/09-cluster.html', { viewport, colorScheme })
      const table = page.locator('table').filter({ hasText: 'recovery time' })
      const brightness = async (): Promise<number> => {
        const screenshot = await table.screenshot()
        return await page.evaluate(brightnessAtCorner, screenshot.toString('base64'))
      }
      const begins = await brightness()
      await table.evaluate((each) => {
        each.scrollLeft = each.scrollWidth
      })
      const ends = await brightness()
      await context.close()
      expect(Math.abs(begins - ends)).toBeGreaterThan(25)
    },
  )

  test('copies a command of the first page', async () => {
    const { page, context, faults } = await open('/index.html', {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.getByRole('button', { name: 'Copy: npx --yes pnpm start' }).click()
    await page.getByRole('button', { name: 'Copied: npx --yes pnpm start' }).waitFor()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    await context.close()
    expect([copied, faults]).toEqual(['npx --yes pnpm start', []])
  })

  test('has a first page that is complete without JavaScript', async () => {
    const { page, context } = await open('/index.html', { javaScriptEnabled: false })
    const text = await page.locator('.landing').innerText()
    expect(chapters().filter((file) => !text.includes(titleOf(file)))).toEqual([])
    // The picture begins above the fold.
    const picture = await page.locator('.stage img:visible').boundingBox()
    expect(picture?.y).toBeLessThan(450)
    expect(text).toContain('$ pnpm topics consumer "#"')
    expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0)
    await context.close()
  })

  test('finds "prefetch", without a server', async () => {
    const { page, context, faults } = await open('/index.html')
    await page.keyboard.press('Control+k')
    await page.getByRole('searchbox').fill('prefetch')
    const result = page.locator('#localsearch-list a').filter({ hasText: 'Work queues' }).first()
    await result.click()
    await page.waitForURL(/02-work-queues/)
    await context.close()
    expect(faults).toEqual([])
  })

  test('leads from each chapter to the next', async () => {
    const { page, context } = await open('/00-start-here.html')
    const names = chapters().map((file) => basename(file, '.md'))
    for (const next of [...names.slice(1), 'best-practices']) {
      // The address changes before the page does, so this could still be the link of the last page.
      await page.locator(`.pager-link.next[href*="${next}"]`).click()
      await page.waitForURL(new RegExp(next))
    }
    await context.close()
  })

  test('can be left while a page scrolls', async () => {
    await using opened = await open('/05-topics.html')
    const { page } = opened
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000)
    // VitePress looks at the outline right after the first scroll event, and again 100 ms after the last one.
    for (const top of [200, 400])
      await page.evaluate(`new Promise((resolve) => {
        addEventListener('scroll', resolve, { once: true })
        scrollTo(0, ${top})
      })`)
    await page.locator('a.title').dispatchEvent('click')
    await page.locator('.VPDocAsideOutline').waitFor({ state: 'detached' })
    await page.clock.runFor(200)
    expect(opened.faults).toEqual([])
  })

  test('copies the commands of a block, without prompts and output', async () => {
    const { page, context } = await open('/00-start-here.html', {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const block = page.locator('.language-console').filter({ hasText: 'Hello there' })
    await block.hover()
    await block.getByRole('button').click()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    await context.close()
    expect(copied).toBe('pnpm basic producer Hello there\npnpm basic consumer --count 1')
  })

  test('shows each terminal in a tab, also with the keyboard', async () => {
    const viewport = { width: 800, height: 700 }
    const { page, context } = await open('/01-basic.html', { viewport })
    const group = page.locator('.vp-code-group').first()
    const shown = group.locator('.blocks > div:visible')
    await expect.poll(() => shown.innerText()).toContain('$ pnpm basic consumer')
    await group.getByLabel('Terminal 1: the consumer').focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => shown.innerText()).toContain('$ pnpm basic producer')
    await context.close()
  })

  test('shows terminals side by side where there is space, and alternatives in tabs', async () => {
    const { page, context } = await open('/01-basic.html')
    const screens = page.locator('.vp-code-group').first()
    await screens.getByText('Terminal 2: the producer').and(page.locator('p')).waitFor()
    const boxes = await screens
      .locator('.blocks > div')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect()))
    expect(boxes.map(({ left }) => left)).toEqual([boxes[0]?.left, expect.any(Number)])
    expect(new Set(boxes.map(({ top }) => top)).size).toBe(1)
    expect(await screens.locator('.tabs').isVisible()).toBe(false)
    await page.goto(`${site.url}/00-start-here.html`)
    const alternatives = page.locator('.vp-code-group').filter({ hasText: 'With Docker' }).first()
    expect(await alternatives.locator('.blocks > div:visible').count()).toBe(1)
    expect(await alternatives.locator('.tabs').isVisible()).toBe(true)
    await context.close()
  })

  test('leads from a piece of code to its file', async () => {
    const { page, context } = await open('/02-work-queues.html')
    const snippet = page.locator('.snippet').filter({ hasText: 'async function work' })
    await expect
      .poll(() => snippet.innerText())
      .toMatch(/^packages.work-queues.src.work\.ts lines \d+ to \d+/)
    await snippet.getByRole('link').click()
    await page.waitForURL(/code\/work-queues\.html#workts$/)
    await page.getByRole('heading', { name: 'work.ts' }).waitFor()
    await context.close()
  })

  test('shows the picture for the color scheme that the switch selects', async () => {
    const { page, context } = await open('/01-basic.html', { colorScheme: 'light' })
    const picture = page.locator('.picture:visible')
    const before = await picture.getAttribute('class')
    await page.locator('.VPSwitchAppearance:visible').first().click()
    expect([before, await picture.getAttribute('class')]).toEqual(['picture light', 'picture dark'])
    await context.close()
  })

  testScenes(open)
  testLivePages(open)
})
