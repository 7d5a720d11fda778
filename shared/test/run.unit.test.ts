import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runProgram, type Outcome } from '@messaging-patterns/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../node_modules/.run-test', import.meta.url))

beforeEach(async () => {
  await mkdir(folder, { recursive: true })
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function run(source: string, ...words: string[]): Promise<Outcome> {
  const file = join(folder, 'program.ts')
  await writeFile(file, source)
  return runProgram([process.execPath, 'shared/run.js', file], words)
}

test('a program has its words, and each start sees what was edited', async () => {
  const source = 'const words: string[] = process.argv.slice(2)\nconsole.log(words.join("+"))\n'
  expect(await run(source, '--count', '2')).toMatchObject({ code: 0, stdout: '--count+2\n' })
  expect((await run(source.replace('+', '-'), 'a', 'b')).stdout).toBe('a-b\n')
})

test('an error names the line of the source', async () => {
  const { code, stderr } = await run('type Unused = string\n\nthrow new Error("boom")\n')
  expect(code).toBe(1)
  expect(stderr).toContain('program.ts:3')
})

test('a program that is no TypeScript says where', async () => {
  const { code, stderr } = await run('const half: number = (\n')
  expect(code).toBe(1)
  expect(stderr).toMatch(/Unexpected end of file[^]*program\.ts:2/)
})
