import { readFile } from 'node:fs/promises'

import { runProgram } from '@messaging-patterns/testkit'
import { expect, it } from 'vitest'

import { editorCommand, openInEditor } from '../src/screen/editor.ts'

const cli = 'exercises/src/cli.ts'

it('lists all exercises for a program', async () => {
  const { code, stdout } = await runProgram(cli, ['list', '--json'])
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  expect(code).toBe(0)
  expect(lines).toHaveLength(46)
  expect(lines[2]).toMatchObject({
    name: '03-lost-orders',
    number: 3,
    title: 'Lost orders',
    lesson: 'work-queues',
    chapter: 2,
    teaches: expect.stringMatching(/^Acknowledge a message after the work/) as string,
  })
})

it('lists all exercises for a human, as the page for teachers shows', async () => {
  const { stdout } = await runProgram(cli, ['list'])
  const page = await readFile(new URL('../../docs/teaching.md', import.meta.url), 'utf8')
  const [begin = '', end = ''] = [/^ +1 .*$/m, /^ +46 .*$/m].map((line) => line.exec(page)?.[0])
  const lines = stdout.replaceAll('✔', ' ').trimEnd().split('\n')
  expect([lines[0], lines.at(-1)]).toEqual([begin, end])
})

it('does not wait for keys where there is no terminal', async () => {
  const { code, stderr } = await runProgram(cli, [])
  expect(code).toBe(1)
  expect(stderr).toContain('This command needs a terminal.')
})

it.each([
  [['check', 'sushi'], 'There is no exercise "sushi"'],
  [['check', 'orders'], '"orders" is ambiguous: 01-first-orders, '],
  [['check', '--jsn'], "Unknown option '--jsn'"],
  [['check', '1', '--url', 'localhost'], '"localhost" is not the URL of a broker'],
])('says what is wrong with %j', async (args, text) => {
  const { code, stderr } = await runProgram(cli, args)
  expect(code).toBe(1)
  expect(stderr).toContain(text)
})

it('tells its usage', async () => {
  const { code, stdout } = await runProgram(cli, ['--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('pnpm exercises check [exercises..] [options]')
})

it('opens a file in the editor of the environment, if there is one', async () => {
  expect(editorCommand({ VISUAL: 'vim', EDITOR: 'ed' })).toBe('vim')
  expect(editorCommand({ EDITOR: 'ed' })).toBe('ed')
  expect(editorCommand({})).toBe('code')
  expect(await openInEditor('a file', 'node -e "process.exit()" --')).toBe(true)
  expect(await openInEditor('a file', 'no-such-editor')).toBe(false)
})
