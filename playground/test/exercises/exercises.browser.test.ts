import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import type { Frame, Locator, Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { exerciseNames } from '../../build/exercises.ts'
import { openTestPage, type TestPage } from '../support/test-page.ts'

if (withoutBrowser)
  process.stderr.write(
    'NOT RUN: the exercises in a page (Chromium is not installed; CHROMIUM may name its path)\n',
  )

const exercises = fileURLToPath(new URL('../../../exercises/', import.meta.url))

function read(name: string, file: string): string {
  return readFileSync(join(exercises, name, file), 'utf8')
}

/**
 * What the verdict on the unsolved program must say, in the page too. Only the line in which a program waits is
 * unknown there, and the program always has the learner's name.
 */
async function unsolvedVerdict(name: string): Promise<RegExp> {
  const { href } = pathToFileURL(join(exercises, name, 'proof.ts'))
  const { proof } = (await import(href)) as { readonly proof: { readonly unsolved: RegExp } }
  const source = proof.unsolved.source
    .replace(/( ?\.\*|; your program) waits at.*$/, '')
    .replaceAll(String.raw`problem\.ts`, String.raw`program\.ts`)
  return new RegExp(source)
}

describe.skipIf(withoutBrowser)('the exercises in a page', () => {
  let tested: TestPage
  let page: Page

  beforeAll(async () => {
    tested = await openTestPage('test/exercises/exercises-entry.ts')
    page = tested.page
    await page.waitForFunction('globalThis.openExercises')
    return () => tested[Symbol.asyncDispose]()
  })

  afterEach(() => {
    expect(tested.faults).toEqual([])
  })

  async function verdictOn(name: string, file: string, quiet: number): Promise<string> {
    const timeouts = { quiet, moment: 250 }
    const request = { exercise: name, source: read(name, file), timeouts }
    const answer = await page.evaluate((asked) => globalThis.checkExercise(asked), request)
    if ('problem' in answer) return answer.problem
    return answer.verdict.solved ? 'solved' : answer.verdict.text
  }

  test.concurrent.each(exerciseNames())(
    '%s gets the verdicts that it gets in a terminal',
    async (name) => {
      expect(await verdictOn(name, 'problem.ts', 2000)).toMatch(await unsolvedVerdict(name))
      expect(await verdictOn(name, 'solution.ts', 5000)).toBe('solved')
    },
  )

  describe('for a learner', () => {
    const press = (name: string): Promise<void> =>
      page.getByRole('button', { name, exact: true }).click()
    const choose = (text: string): Promise<unknown> =>
      page.getByRole('combobox', { name: 'Exercise' }).selectOption(text)
    const editor = (): Locator => page.getByRole('textbox', { name: /^Your program/ })
    const verdict = (): Locator => page.locator('.mp-verdict')

    /** Loads the page again, by default with the address that it has. */
    async function reopen(hash = new URL(page.url()).hash): Promise<void> {
      const { origin } = new URL(page.url())
      await page.goto('about:blank')
      await page.goto(`${origin}/${hash}`)
      await page.waitForFunction('globalThis.openExercises')
      await page.evaluate(() => globalThis.openExercises())
    }

    /** A frame: it has what the browser keeps in common with the page, as another tab does. */
    async function secondTab(): Promise<Frame> {
      const attached = page.waitForEvent('frameattached')
      await page.evaluate(() => {
        const frame = document.createElement('iframe')
        frame.src = '/'
        document.body.append(frame)
      })
      const frame = await attached
      await frame.waitForFunction('globalThis.openExercises')
      await frame.evaluate(() => globalThis.openExercises())
      return frame
    }

    beforeAll(() => page.evaluate(() => globalThis.openExercises()))

    test('show a task, and answer with the verdict, the output and hints', async () => {
      await choose('03-lost-orders')
      await page.getByRole('heading', { name: 'Lost orders' }).waitFor()
      await page.getByText('Make sure that no order is lost').waitFor()
      await press('Check')
      await verdict().getByText('14 of 20 orders are lost').waitFor()
      await page.getByText('order 7 is in the oven').waitFor()
      await press('Next hint')
      await page.getByRole('heading', { name: 'Hint 1 of 4: What autoAck does' }).waitFor()
    })

    test('tell when an edited program is right, and remember it', async () => {
      await choose('03-lost-orders')
      await editor().fill(read('03-lost-orders', 'solution.ts'))
      await editor().press('Control+Enter')
      await verdict().getByText('✔ The baker was killed').waitFor()
      await reopen()
      const shown = page.getByRole('combobox', { name: 'Exercise' }).locator('option:checked')
      expect(await shown.textContent()).toBe('3. Lost orders ✔')
      expect(await editor().inputValue()).toBe(read('03-lost-orders', 'solution.ts'))
    })

    test('discard a program only when it is asked for twice', async () => {
      await choose('03-lost-orders')
      await editor().fill('// an hour of work')
      await press('Start over')
      await verdict().getByText('Press Start over again').waitFor()
      expect(await editor().inputValue()).toBe('// an hour of work')
      await press('Start over')
      expect(await editor().inputValue()).toBe(read('03-lost-orders', 'problem.ts'))
    })

    test('keep what another tab has written', async () => {
      await choose('03-lost-orders')
      const other = await secondTab()
      await editor().fill('// written in the first tab')
      await other.getByRole('combobox', { name: 'Exercise' }).selectOption('04-baked-twice')
      await other.getByRole('textbox').fill('// written in the second tab')
      await choose('01-first-orders')
      await reopen()
      await choose('03-lost-orders')
      expect(await editor().inputValue()).toBe('// written in the first tab')
      await choose('04-baked-twice')
      expect(await editor().inputValue()).toBe('// written in the second tab')
    })

    test('open the exercise that the address names, and later the one where the learner was', async () => {
      const shown = page.getByRole('heading', { level: 2 })
      await reopen('#03-lost-orders')
      expect(await shown.innerText()).toBe('Lost orders')
      await choose('01-first-orders')
      await reopen()
      expect(await shown.innerText()).toBe('The first orders')
      await choose('03-lost-orders')
      await reopen('#how-a-check-works')
      expect(await shown.innerText()).toBe('Lost orders')
    })

    test('name the line of a mistake, also when the program crashes', async () => {
      await choose('01-first-orders')
      const program = read('01-first-orders', 'problem.ts')
      await editor().fill(`${program}const = 1\n`)
      await press('Check')
      await verdict().getByText('Your program does not compile').waitFor()
      const line = program.split('\n').length
      expect(await verdict().textContent()).toContain(
        `exercises/01-first-orders/program.ts:${line}`,
      )
      expect(await page.locator('.mp-wrong').textContent()).toBe(`${line}\n`)
      await editor().fill(program.replace('// TODO', 'JSON.parse(order) //'))
      await press('Check')
      await verdict()
        .getByText(/crashed: SyntaxError.*program\.ts:10/)
        .waitFor()
    })

    test.each([
      ['its worker', (): string | undefined => undefined],
      ['its broker', (script: string): string => script.replace('broker.js', 'missing.js')],
    ])('say that a check could not load %s', async (_, changed) => {
      await page.route('**/exercises.js', async (route) => {
        const response = await route.fetch()
        const body = changed(await response.text())
        await (body === undefined ? route.abort() : route.fulfill({ response, body }))
      })
      await press('Check')
      await verdict().getByText('could not be loaded').waitFor()
      await page.unroute('**/exercises.js')
      expect(await page.getByRole('button', { name: 'Check', exact: true }).isEnabled()).toBe(true)
      // The browser has reported it.
      tested.faults.length = 0
    })

    test('say that they could not be loaded', async () => {
      await page.route('**/exercises.json', (route) => route.abort())
      await reopen()
      await verdict().getByText('cannot be loaded').waitFor()
      await page.unroute('**/exercises.json')
      tested.faults.length = 0
      await reopen()
    })

    test('give a busy program up', async () => {
      await choose('03-lost-orders')
      await editor().fill('for (;;);')
      await press('Check')
      await verdict().getByText('stuck in a loop without an await').waitFor()
    })
  })
})
