import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
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

test('what has not changed is not built again, and what it imports counts', async () => {
  const [file, imported] = [join(folder, 'program.ts'), join(folder, 'word.ts')]
  const longAgo = new Date(Date.now() - 60_000)
  const write = async (path: string, text: string): Promise<void> => {
    await writeFile(path, text)
    await utimes(path, longAgo, longAgo)
  }
  const start = (): Promise<Outcome> => runProgram([process.execPath, 'shared/run.js', file], [])
  const built = fileURLToPath(
    new URL(
      '../node_modules/.programs/shared-node_modules-run-test-program-ts.mjs',
      import.meta.url,
    ),
  )
  await write(imported, "export const word: string = 'one'\n")
  await write(file, "import { word } from './word.ts'\nconsole.log(word)\n")

  expect((await start()).stdout).toBe('one\n')
  const { ino: first } = await stat(built)
  expect((await start()).stdout).toBe('one\n')
  expect((await stat(built)).ino).toBe(first)

  await writeFile(imported, "export const word: string = 'two'\n")
  expect((await start()).stdout).toBe('two\n')
  await rm(imported)
  expect((await start()).stderr).toContain('Could not resolve "./word.ts"')
})
