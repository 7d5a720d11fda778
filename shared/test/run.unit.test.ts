import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runProgram, type Outcome } from '@messaging-patterns/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../node_modules/.run-test', import.meta.url))
const programs = new URL('../node_modules/.programs/', import.meta.url)

beforeEach(async () => {
  await mkdir(folder, { recursive: true })
})

afterEach(async () => {
  await rm(folder, { recursive: true })
  for (const name of await readdir(programs))
    if (name.includes('.run-test')) await rm(new URL(name, programs))
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

function start(name: string, ...words: string[]): Promise<Outcome> {
  return runProgram([process.execPath, 'shared/run.js', join(folder, name)], words)
}

/** Writes a file of which nobody can think that it was edited just now. */
async function writeLongAgo(name: string, text: string): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000)
  await writeFile(join(folder, name), text)
  await utimes(join(folder, name), longAgo, longAgo)
}

async function builtFile(part: string): Promise<string> {
  const [name = '', ...others] = (await readdir(programs)).filter((each) => each.includes(part))
  expect(others).toEqual([])
  return fileURLToPath(new URL(name, programs))
}

test('what has not changed is not built again, and what it imports counts', async () => {
  await writeLongAgo('word.ts', "export const word: string = 'one'\n")
  await writeLongAgo('says.ts', "import { word } from './word.ts'\nconsole.log(word)\n")
  expect((await start('says.ts')).stdout).toBe('one\n')
  const { ino: first } = await stat(await builtFile('says.ts'))
  expect((await start('says.ts')).stdout).toBe('one\n')
  expect((await stat(await builtFile('says.ts'))).ino).toBe(first)

  await writeFile(join(folder, 'word.ts'), "export const word: string = 'two'\n")
  expect((await start('says.ts')).stdout).toBe('two\n')
  await rm(join(folder, 'word.ts'))
  expect((await start('says.ts')).stderr).toContain('Could not resolve "./word.ts"')
})

test('what was edited just now is built again: esbuild may have read it before', async () => {
  await writeFile(join(folder, 'fresh.ts'), "console.log('one')\n")
  expect((await start('fresh.ts')).stdout).toBe('one\n')
  const { ino: first } = await stat(await builtFile('fresh.ts'))
  expect((await start('fresh.ts')).stdout).toBe('one\n')
  expect((await stat(await builtFile('fresh.ts'))).ino).not.toBe(first)
})

test('names that are alike are programs of their own', async () => {
  for (const name of ['a.b.ts', 'a-b.ts', 'a b.ts', '\u00e4.ts', '\u00fc.ts']) {
    await writeLongAgo(name, `console.log(${JSON.stringify(name)})\n`)
    expect((await start(name)).stdout).toBe(`${name}\n`)
  }
})

test('another version of a library is another program', async () => {
  await writeLongAgo('old.ts', "import 'amqplib'\nconsole.log('started')\n")
  await start('old.ts')
  const file = await builtFile('old.ts')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replaceAll(/amqplib-[\d.]+\.mjs/g, 'amqplib-0.0.0.mjs'))
  expect(await start('old.ts')).toMatchObject({ code: 0, stdout: 'started\n' })
})

test('with --verbose a stack that is caught names the line of the source', async () => {
  await writeLongAgo('caught.ts', 'type Unused = string\nconsole.log(new Error("boom").stack)\n')
  expect((await start('caught.ts')).stdout).not.toContain('caught.ts:2')
  for (const word of ['--verbose', '--verbose=true'])
    expect((await start('caught.ts', word)).stdout).toContain('caught.ts:2')
})
