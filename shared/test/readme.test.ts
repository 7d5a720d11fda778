import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

test.each(['invoices.ts', 'readings.ts'])('the README shows the example %s as it is', (file) => {
  const example = readFileSync(new URL(`../examples/${file}`, import.meta.url), 'utf8')
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

test('the example of a stream resumes as the README says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readings-'))
  try {
    const outputs: string[] = []
    for (let time = 0; time < 2; time++) {
      const { code, stdout } = await run('shared/examples/readings.ts', join(folder, 'offset'))
      expect(code).toBe(0)
      outputs.push(stdout)
    }
    const [, shown = ''] = blocksOf('console')
    expect(outputs.join('')).toBe(shown.replaceAll(/^\$ .*\n/gm, ''))
  } finally {
    await rm(folder, { recursive: true })
  }
})
