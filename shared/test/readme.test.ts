import { readFileSync } from 'node:fs'

import { brokerForFile, programsOn } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

const broker = brokerForFile()
const { run } = programsOn(broker)

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  )
}

test('the README shows the example as it is', () => {
  const example = readFileSync(new URL('../examples/invoices.ts', import.meta.url), 'utf8')
  expect(blocksOf('ts')).toContain(example)
})

test('the example does what the README says', async () => {
  const { code, stdout, stderr } = await run('shared/examples/invoices.ts')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [shown = ''] = blocksOf('console')
  // Publishing and consuming run at the same time, so the order of their lines varies.
  const sorted = (text: string): string[] => text.trimEnd().split('\n').toSorted()
  expect(sorted(stdout)).toEqual(sorted(shown.replace(/^\$ .*\n/, '')))
})
