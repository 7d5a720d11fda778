import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'

// A new service, made in an empty folder as a newcomer does it: two commands, without Docker.

const root = fileURLToPath(new URL('../../', import.meta.url))
const createJs = join(root, 'packages/create-service/create.js')

const { AMQP_URL: amqpUrl, DATABASE_URL: databaseUrl, ...environment } = process.env

let folder: string
let service: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'messaging-patterns-create-'))
  service = join(folder, 'my-service')
  await execa(process.execPath, [createJs, 'my-service'], { cwd: folder })
})

afterAll(() => rm(folder, { recursive: true }))

/** Runs the tests of the new service with these variables. */
async function testService(variables: Readonly<Record<string, string>>): Promise<string> {
  // vitest in vitest would be confused by the variables of the outer one.
  const ours = Object.keys(environment).filter((name) => /^(VITEST|VITE_|NODE_ENV$)/.test(name))
  const unset = Object.fromEntries(ours.map((name) => [name, undefined]))
  const env = { ...environment, ...unset, NO_COLOR: '1', ...variables }
  const { stdout } = await execa('npm', ['test'], { cwd: service, env, extendEnv: false })
  return stdout
}

test('its tests pass, and those that need RabbitMQ are skipped', async () => {
  expect(await testService({})).toMatch(/^ +Tests +\d+ passed \| 1 skipped/m)
})

test('its types are strict', async () => {
  await execa('npm', ['run', 'check'], { cwd: service })
})

test.skipIf(amqpUrl === undefined || databaseUrl === undefined)(
  'its tests pass on RabbitMQ and PostgreSQL (needs AMQP_URL and DATABASE_URL)',
  async () => {
    const variables = { AMQP_URL: amqpUrl ?? '', DATABASE_URL: databaseUrl ?? '' }
    expect(await testService(variables)).toMatch(/^ +Tests +\d+ passed \(/m)
  },
)

test('it starts, takes an order, writes an invoice, and stops', async () => {
  const env = { ...environment, PORT: '0', DATABASE_URL: 'pglite:memory' }
  // What "npm start" runs. A signal to npm itself would not reach the program.
  const args = ['--import', 'tsx', 'src/main.ts']
  const program = execa(process.execPath, args, { cwd: service, env, extendEnv: false })
  for await (const line of program) {
    const [url] = /http:\S+[^.\s]/.exec(line) ?? []
    if (!line.startsWith('The service is ready') || url === undefined) continue
    const response = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'idempotency-key': '1' },
      body: '{"customer":"ada@example.com","amount":900}',
    })
    const { id } = (await response.json()) as { id: string }
    const invoices = async (): Promise<unknown> => (await fetch(`${url}/orders/${id}`)).json()
    await expect.poll(invoices).toEqual({ id, invoices: ['ada@example.com pays 9.00 EUR'] })
    program.kill('SIGTERM')
  }
  expect((await program).exitCode).toBe(0)
})

test('a folder that is not empty is refused in one line', async () => {
  const full = await mkdtemp(join(folder, 'full-'))
  await writeFile(join(full, 'notes.txt'), 'mine')
  const options = { cwd: full, reject: false }
  const { exitCode, stderr } = await execa(process.execPath, [createJs], options)
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `error: ${full} is not empty; add the name of a new folder, such as ../my-service`,
  })
})

test('npm would publish the template, and the file that becomes .gitignore', async () => {
  await execa('pnpm', ['pack', '--pack-destination', folder], {
    cwd: join(root, 'packages/create-service'),
  })
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  const { stdout } = await execa('tar', ['-tzf', join(folder, tarball)])
  const files = stdout.split('\n').map((file) => file.replace(/^package\//, ''))
  for (const file of [
    'create.js',
    'template/gitignore',
    'template/package.json',
    'template/src/main.ts',
  ])
    expect(files).toContain(file)
  expect(files.filter((file) => file.includes('node_modules'))).toEqual([])
})

test('it is not published with a tag for another version', async () => {
  const args = ['create-service@99.0.0', '--dry-run']
  const { exitCode, stderr } = await execa(join(root, '.ci/publish'), args, { reject: false })
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'error: packages/create-service/package.json has version 0.1.0, not 99.0.0',
  })
})
