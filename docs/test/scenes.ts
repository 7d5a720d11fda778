import { gzipSync } from 'node:zlib'

import { scenes, type Scene } from '@messaging-patterns/playground/scenes'
import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'

import { chapters, commentOf, readLines } from '../tools/markdown.ts'
import type { Opened, Opener } from './opened.ts'
import { timeToFirstMessage } from './screen.ts'

/** What a scene may load, with its picture and without the editor, in bytes as gzip. */
const mostBytes = 170_000

/** The scenes on the pages, each with its page. */
export function scenesOnPages(): { id: string; path: string; scene: Scene }[] {
  return chapters().flatMap((file) =>
    readLines(file).flatMap((line) => {
      const id = commentOf('scene', line)
      const scene = scenes.find((each) => each.id === id)
      if (id === undefined || scene === undefined) return []
      return [{ id, path: file.replace(/^docs/, '').replace(/md$/, 'html'), scene }]
    }),
  )
}

/** Those whose code is edited and whose programs are killed. The others are made of the same parts. */
const explored = new Set(['work-queues', 'topics', 'retries'])

/** Presses buttons in the scenes of the chapters, as readers do. */
export function testScenes(open: Opener): void {
  const all = scenesOnPages()

  test.each(all)('the scene $id plays when a button is pressed', async ({ id, path, scene }) => {
    await using chapter = await openChapter(path, open)
    const { page, faults } = chapter
    const stage = await stageOn(page, id)
    // What pressing needs is loaded before, but nothing of the scene begins.
    await expect.poll(() => chapter.loaded(/program\.js$/)).toBeGreaterThan(0)
    // The live picture replaces the one that readers without JavaScript see, if there is one.
    const still = placeOf(page, id).locator('.pictures')
    expect(await still.filter({ visible: true }).count()).toBe(await still.count())
    expect(await stage.getByRole('button', { name: 'Slow', exact: true }).isVisible()).toBe(true)
    expect(await stage.getByRole('button', { name: 'Kill the broker' }).isVisible()).toBe(false)
    await playing(stage, scene)
    await expect.poll(() => still.filter({ visible: true }).count()).toBe(0)
    expect(await stage.locator('.mp-picture').isVisible()).toBe(true)
    await page.waitForLoadState('networkidle')
    // What every page loads is not part of the scene.
    const size = chapter.loaded(/\/playground\/|\/assets\/chunks\/(?!framework|theme)/)
    expect(size).toBeGreaterThan(100_000)
    expect(size).toBeLessThanOrEqual(mostBytes)
    await page.setViewportSize({ width: 375, height: 700 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
    expect(faults).toEqual([])
  })

  describe.each(all.filter(({ id }) => explored.has(id)))(
    'the scene $id',
    ({ id, path, scene }) => {
      test('has no serious accessibility problem, light and dark', async () => {
        await using chapter = await openChapter(path, open)
        const { page } = chapter
        const stage = await stageOn(page, id)
        await playing(stage, scene)
        await stage.getByRole('button', { name: 'Pause', exact: true }).click()
        expect(await seriousProblems(page, 'light')).toEqual([])
        expect(await seriousProblems(page, 'dark')).toEqual([])
        await stage.getByRole('button', { name: 'Code', exact: true }).click()
        await expect.poll(() => stage.getByRole('textbox').inputValue()).toContain('import')
        expect(await seriousProblems(page, 'dark')).toEqual([])
        expect(await seriousProblems(page, 'light')).toEqual([])
      })

      test('runs what a reader edits, and names the line of a mistake', async () => {
        await using chapter = await openChapter(path, open)
        const stage = await stageOn(chapter.page, id)
        await playing(stage, scene)
        const program = someProgram(scene)
        await stage.getByRole('button', { name: 'Code', exact: true }).click()
        const editor = stage.getByRole('textbox')
        await expect.poll(() => editor.inputValue()).toContain('import')
        const code = await editor.inputValue()
        await editor.fill(`${code}\nconst = 1\n`)
        await stage.getByRole('button', { name: `Run ${program.name} with this code` }).click()
        const line = code.split('\n').length + 1
        await stage
          .getByRole('status')
          .filter({ hasText: `Line ${line}` })
          .waitFor()
        expect(await stage.locator('.mp-wrong').textContent()).toBe(`${line}\n`)
        const edited = code.replace('status(`waiting', 'status(`changed by me, waiting')
        await editor.fill(edited)
        await editor.press('Control+Enter')
        await stage.getByRole('button', { name: 'Terminals' }).click()
        const terminal = stage.getByRole('region', { name: program.name, exact: true })
        await terminal.getByText('changed by me').waitFor()
        expect(chapter.faults).toEqual([])
      })

      test('shows what happens when a program and the broker are killed', async () => {
        await using chapter = await openChapter(path, open)
        const stage = await stageOn(chapter.page, id)
        await playing(stage, scene)
        const { name, ready = '' } = someProgram(scene)
        const terminal = stage.getByRole('region', { name, exact: true })
        await terminal.getByRole('button', { name: /^kill -9/ }).click()
        await terminal.getByText('killed').waitFor()
        await terminal.getByRole('button', { name: /^Run/ }).click()
        // A program that is still connecting when the broker is killed would give up.
        await expect.poll(() => terminal.getByText(ready).count()).toBe(2)
        await stage.getByRole('button', { name: 'Kill the broker' }).click()
        await stage.getByRole('button', { name: 'Start the broker' }).click()
        await stage.getByRole('button', { name: 'Kill the broker' }).waitFor()
        expect(chapter.faults).toEqual([])
      })
    },
  )

  test.each(all.filter(({ id }) => explored.has(id)))(
    'the scene $id shows its first message within half a second of pressing (median)',
    async ({ id, path }) => {
      const times: number[] = []
      for (let i = 0; i < 3; i++) {
        await using opened = await open(path)
        times.push(await opened.page.evaluate(timeToFirstMessage, id))
      }
      const median = times.toSorted((a, b) => a - b)[1] ?? Infinity
      process.stdout.write(`${id}: ${Math.round(median)} ms to the first message (median)\n`)
      // Five times what a quiet machine may need: this finds a mistake.
      expect(median).toBeLessThan(2500)
    },
  )

  test('the first page has a scene that begins by itself', async () => {
    await using opened = await open('/index.html')
    const { page, faults } = opened
    await page.locator('.mp-stage .mp-stdout').first().waitFor()
    await expect.poll(() => page.locator('.recorded').isVisible()).toBe(false)
    expect(faults).toEqual([])
  })
}

/** Presses the first button, and waits until a program has printed something. */
async function playing(stage: Locator, { buttons }: Scene): Promise<void> {
  await stage.getByRole('button', { name: buttons[0]?.label ?? '', exact: true }).click()
  await stage.locator('.mp-stdout').first().waitFor()
}

/** A program that runs until it is stopped. */
function someProgram({ programs }: Scene): Scene['programs'][number] {
  const program = programs.find(({ starts }) => starts === 'at once')
  if (program === undefined) throw new Error('a scene in which nothing runs')
  return program
}

interface Chapter extends Opened {
  /** How many bytes were loaded, as gzip, from addresses that match a pattern. */
  loaded(pattern: RegExp): number
}

async function openChapter(path: string, open: Opener): Promise<Chapter> {
  const sizes = new Map<string, number>()
  const opened = await open(path, {}, (response) => {
    // A body that nobody needs anymore cannot be read.
    void response.body().then(
      (body) => sizes.set(response.url(), gzipSync(body).length),
      () => {},
    )
  })
  return {
    ...opened,
    loaded: (pattern) =>
      [...sizes].reduce((sum, [url, size]) => (pattern.test(url) ? sum + size : sum), 0),
  }
}

/** The stage of a scene, which comes when the reader has scrolled there. */
async function stageOn(page: Page, id: string): Promise<Locator> {
  const place = placeOf(page, id)
  await place.scrollIntoViewIfNeeded()
  const stage = place.locator('.mp-stage')
  await stage.waitFor()
  return stage
}

function placeOf(page: Page, id: string): Locator {
  return page.locator(`.live-scene[data-scene="${id}"]`)
}

async function seriousProblems(page: Page, colorScheme: 'light' | 'dark'): Promise<unknown> {
  await page.emulateMedia({ colorScheme })
  await expect
    .poll(() => page.evaluate('document.documentElement.classList.contains("dark")'))
    .toBe(colorScheme === 'dark')
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run('.live-scene')`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
}
