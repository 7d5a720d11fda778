import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'

import type { Opener } from './opened.ts'

/** What a reader does on a page, until it shows everything that it has. */
const pages: readonly { readonly path: string; readonly use: (page: Page) => Promise<void> }[] = [
  {
    path: '/workbench.html',
    async use(page) {
      await page.getByRole('button', { name: 'A producer and two workers' }).click()
      for (const name of ['worker 1', 'worker 2', 'producer'])
        await page.getByRole('button', { name: `Run: ${name}`, exact: true }).click()
      await page.getByText(/a\.\.\. .* sent/).waitFor()
      await page.getByRole('button', { name: 'Code: worker 1' }).click()
      await page.getByRole('button', { name: 'Run worker 1 with this code' }).waitFor()
      await page.getByRole('button', { name: 'Publish', exact: true }).click()
      await page.getByText('no queue took the message').waitFor()
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('textbox', { name: 'Export definitions' }).waitFor()
      for (const details of await page.locator('.mp-form summary').all()) await details.click()
    },
  },
  {
    path: '/exercises.html',
    async use(page) {
      const exercise = page.getByRole('combobox', { name: 'Exercise' })
      await exercise.selectOption('42-caught-in-the-act')
      await page.getByRole('link', { name: 'bakers.ts' }).click()
      await page.getByRole('heading', { name: 'bakers.ts' }).waitFor()
      await page.goBack()
      await exercise.selectOption('03-lost-orders')
      await page.getByRole('button', { name: 'Check' }).click()
      await page.getByText('14 of 20 orders are lost').waitFor()
      for (let hint = 1; hint <= 4; hint++)
        await page.getByRole('button', { name: 'Next hint' }).click()
      await page.getByRole('button', { name: 'Our solution' }).click()
    },
  },
]

/** Uses the pages in which a broker runs, as readers do. */
export function testLivePages(open: Opener): void {
  test.each(pages)('$path can be used by everyone, on a phone too', async ({ path, use }) => {
    await using opened = await open(path)
    const { page, faults } = opened
    await use(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expect
        .poll(() => page.evaluate('document.documentElement.classList.contains("dark")'))
        .toBe(colorScheme === 'dark')
      expect(await seriousProblems(page)).toEqual([])
    }
    await page.setViewportSize({ width: 375, height: 700 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
    expect(faults).toEqual([])
  })
}

async function seriousProblems(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run('.mp-stage')`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
}
