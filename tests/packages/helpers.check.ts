import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { commandsOf, readBlocks } from './readme.ts'

// The README of the broker, as a reader follows it: its commands install the package into an empty npm
// project, and its examples are pasted word for word.

const root = fileURLToPath(new URL('../../', import.meta.url))
const readme = join(root, 'broker/README.md')

/** The sections whose examples continue the first one. */
const sections = ['Test helpers', 'Matchers', 'Waiting', 'Captured messages', 'The clock', 'Faults']

/** The README installs the latest vitest, and version 4 is the last one for Node 20. */
const vitest = process.versions.node.startsWith('20.') ? 'vitest@4' : 'vitest'

let folder: string
let tarball: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'messaging-patterns-helpers-'))
  await execa('pnpm', ['pack', '--pack-destination', folder], { cwd: join(root, 'broker') })
  const [file = ''] = await readdir(folder)
  tarball = join(folder, file)
})

afterAll(() => rm(folder, { recursive: true }))

/** Creates an empty project, and runs an `npm install` of the README in it. */
async function createProject(name: string, command: string, manifest = {}): Promise<string> {
  const project = join(folder, name)
  await mkdir(project)
  const content = { private: true, type: 'module', ...manifest }
  await writeFile(join(project, 'package.json'), JSON.stringify(content))
  const [npm = '', ...args] = command
    .replace('@messaging-patterns/broker', tarball)
    .replace(/\bvitest\b/, vitest)
    .split(' ')
  expect([npm, args[0]]).toEqual(['npm', 'install'])
  await execa(npm, [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd: project })
  return project
}

/** Compiles a file with strict types. */
async function checkTypes(project: string, file: string): Promise<void> {
  await execa('npm', ['install', '--prefer-offline', '@types/node@20'], { cwd: project })
  const language = { target: 'es2023', module: 'nodenext', types: ['node'] }
  const strict = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true }
  const compilerOptions = { ...language, ...strict, skipLibCheck: true, noEmit: true }
  const config = { compilerOptions, files: [file] }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config))
  await execa('tsc', ['--project', project], { cwd: project, preferLocal: true, localDir: root })
}

/** A TypeScript user of jest. */
const jestTypes = `
import { expect } from '@jest/globals'
import { useBroker } from '@messaging-patterns/broker/jest'

const broker = await useBroker()
await expect(broker.queue('orders')).toHaveReceived({ id: 17 }, { routingKey: 'orders' })
`

const vitestConfig = `export default { test: { globalSetup: './global-setup.ts' } }`

/** A test with the broker of the global setup. */
const sharedBroker = `
import amqp from 'amqplib'
import { test } from 'vitest'

test('the broker of the global setup is running', async () => {
  const connection = await amqp.connect(process.env.AMQP_URL)
  await connection.close()
})
`

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly duration: number }[]
  }[]
}

test('all examples pass with vitest, and have strict types', async () => {
  const [install = ''] = await readBlocks(readme, 'console')
  const project = await createProject('vitest', commandsOf(install)[0] ?? '')
  const blocks = await Promise.all(
    [undefined, ...sections].map((heading) => readBlocks(readme, 'ts', heading)),
  )
  const isGlobalSetup = (block: string): boolean => block.includes('export async function setup()')
  const examples = blocks
    .flat()
    .filter((block) => !isGlobalSetup(block))
    .join('\n')
  const globalSetup = blocks.flat().find(isGlobalSetup)
  if (globalSetup === undefined) throw new Error('the README has no global setup')
  await writeFile(join(project, 'global-setup.ts'), globalSetup)
  await writeFile(join(project, 'vitest.config.mjs'), vitestConfig)
  await writeFile(join(project, 'shared-broker.test.ts'), sharedBroker)
  await writeFile(join(project, 'examples.test.ts'), examples)

  const { stdout } = await execa('npx', ['vitest', 'run', '--reporter=json'], { cwd: project })
  const report = JSON.parse(stdout) as Report
  expect(report.numFailedTests).toBe(0)
  expect(report.numPassedTests).toBe((examples.match(/^test\(/gm)?.length ?? 0) + 1)
  const durations = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title }) => title === 'an order is shipped')
    .map(({ duration }) => duration)
  expect(durations).toEqual([expect.any(Number)])
  expect(durations[0]).toBeLessThan(1000)

  await checkTypes(project, 'examples.test.ts')
})

test('the example passes with jest, which knows the types of the matchers', async () => {
  const [console = ''] = await readBlocks(readme, 'console', 'jest')
  const [example = ''] = await readBlocks(readme, 'js', 'jest')
  const [install = '', run = ''] = commandsOf(console)
  const project = await createProject('jest', install)
  await writeFile(join(project, 'orders.test.js'), example)
  const { stderr } = await execa(`${run} --no-cache`, { cwd: project, shell: true })
  expect(stderr).toMatch(/^Tests: +1 passed, 1 total$/m)

  await writeFile(join(project, 'types.ts'), jestTypes)
  await checkTypes(project, 'types.ts')
})

test('the example passes with node:test', async () => {
  const [console = ''] = await readBlocks(readme, 'console', 'node:test')
  const [example = ''] = await readBlocks(readme, 'js', 'node:test')
  const [install = '', run = ''] = commandsOf(console)
  const project = await createProject('node', install)
  await writeFile(join(project, 'orders.test.js'), example)
  const { stdout } = await execa(`${run} --test-reporter=tap`, { cwd: project, shell: true })
  expect(stdout).toMatch(/^# pass 1$/m)
  expect(stdout).toMatch(/^# fail 0$/m)
})
