import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import { runProgram } from '@messaging-patterns/testkit'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const advice = 'type npx --yes pnpm start'
const refusal = `error: npm and yarn cannot run this course; ${advice.replace('type', 'type:')}`

describe('in a clone where nothing is installed', { timeout: 60_000 }, () => {
  let clone: string

  beforeAll(async () => {
    clone = await mkdtemp(join(tmpdir(), 'messaging-patterns-'))
    const isLeftOut = /node_modules|^(docs|bench|tests|broker|\.git)[\\/]/
    const filter = (path: string): boolean => !isLeftOut.test(relative(root, path))
    await cp(root, clone, { recursive: true, filter })
  })

  afterAll(() => rm(clone, { recursive: true }))

  /** What a failing command prints to stderr. */
  async function typed(folder: string, command: string): Promise<string> {
    const { PATH = '', HOME = '' } = process.env
    const { failed, stderr } = await execa({
      shell: true,
      cwd: join(clone, folder),
      // None of these commands may need the network.
      env: { PATH, HOME, npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' },
      extendEnv: false,
      reject: false,
    })(command)
    if (!failed) throw new Error(`${command} succeeded`)
    return stderr
  }

  test.each(['.', 'packages/basic', 'tour'])(
    'npm install in %s says what to type',
    async (folder) => {
      const lines = (await typed(folder, 'npm install')).split('\n')
      expect(lines).toContain(`npm error Unsupported URL Type "catalog:": catalog:${advice}`)
    },
  )

  test.each([
    ['npm start', '.'],
    ['npm run broker', '.'],
    ['npm run basic consumer', '.'],
    // Yarn 1.21 and later runs this file instead of itself.
    ['node ../../tour/use-pnpm.js', 'packages/basic'],
  ])('%s in %s says what to type, and shows no stack', async (command, folder) => {
    const lines = (await typed(folder, command)).split('\n')
    expect(lines.filter((line) => line !== '' && !line.startsWith('npm '))).toEqual([refusal])
  })
})

describe('a lesson', { timeout: 60_000 }, () => {
  function lesson(...args: readonly string[]): ReturnType<typeof runProgram> {
    return runProgram([process.execPath, 'tour/lesson.js', 'rpc'], args)
  }

  test.each([[[]], [['--help']]])('lists its programs when asked with %j', async (args) => {
    expect(await lesson(...args)).toMatchObject({
      code: 0,
      stdout: 'The lesson rpc has these programs, each with its own --help:\n  client\n  server\n',
      stderr: '',
    })
  })

  test('lists them when there is no program of that name', async () => {
    expect(await lesson('toString', '--count', '1')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: the lesson rpc has no "toString"; its programs are client, server\n',
    })
  })

  test('runs a program in its own folder, with the remaining arguments', async () => {
    const { code, stdout } = await lesson('server', '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^pnpm rpc server \[options\]\n/)
  })

  test('starts without a name if it has a program "start", as the service has', async () => {
    const { stderr } = await runProgram([process.execPath, 'tour/lesson.js', 'service'], [], {
      PORT: 'none',
    })
    expect(stderr).toMatch(/^PORT is "none"; expected: /)
  })
})
