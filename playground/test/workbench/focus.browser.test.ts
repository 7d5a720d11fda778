import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { describe, expect, test } from 'vitest'

import { openTestPage } from '../support/test-page.ts'

describe.skipIf(withoutBrowser)('a reader of the workbench with a keyboard', () => {
  test('keeps their place when a program declares something', async () => {
    await using tested = await openTestPage('test/workbench/workbench-entry.ts')
    const { page } = tested
    await page.evaluate(() => globalThis.openWorkbench())
    await page.getByRole('combobox', { name: 'Program' }).selectOption('own:producer')
    await page.getByRole('button', { name: 'Add program' }).click()
    await page.getByRole('form', { name: 'Add a queue' }).getByLabel('Name').fill('mine')
    await page.getByRole('button', { name: 'Add queue' }).click()
    const remove = page.getByRole('button', { name: 'Delete queue mine' })
    await remove.focus()
    const run = page.getByRole('button', { name: 'Run: producer' })
    await run.evaluate((button: HTMLElement) => button.click())
    await page.getByText('declared by a program').waitFor()
    expect(await remove.evaluate((button) => button === document.activeElement)).toBe(true)
    expect(tested.faults).toEqual([])
  })
})
