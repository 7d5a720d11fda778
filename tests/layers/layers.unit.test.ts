import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, test } from 'vitest'

// ARCHITECTURE.md says which folder may import which. Lint enforces it, and this test makes sure that
// lint does: it puts one file with one import into each folder of an empty project.

const root = fileURLToPath(new URL('../../', import.meta.url))
const ours = '@messaging-patterns'

type Imports = Readonly<Record<string, readonly string[]>>

/** Imports that lint must refuse, by the file that contains them. */
const refused: Imports = {
  'broker/src/a.ts': [`${ours}/shared`, `${ours}/testkit`, '../../shared/src/index.ts'],
  'broker/src/core/a.ts': ['node:net', '../wire/frame.ts', '../channel/a.ts', '../connection/a.ts'],
  'broker/src/core/queue/a.ts': ['node:fs', '../../wire/frame.ts', '../../../../tour/src/a.ts'],
  'broker/src/wire/a.ts': ['node:net', '../connection/a.ts'],
  'broker/src/channel/a.ts': ['node:net', `${ours}/shared`],
  'broker/src/stream-protocol/a.ts': ['node:net', `${ours}/shared`],
  'broker/src/protocol/a.ts': ['node:net', '../wire/frame.ts', '../core/a.ts'],
  'broker/test/a.test.ts': [`${ours}/shared`, '../../shared/src/index.ts'],
  'shared/src/a.ts': [`${ours}/broker`, `${ours}/testkit`, 'yargs', './cli/index.ts'],
  'shared/src/topology/a.ts': ['../cli/index.ts', '../../../broker/src/index.ts'],
  'shared/src/cli/a.ts': [`${ours}/broker`, '../topology/queue.ts'],
  'shared/test/a.test.ts': [`${ours}/broker`, '../../packages/basic/src/topology.ts'],
  'packages/basic/src/a.ts': [
    `${ours}/broker`,
    `${ours}/testkit`,
    '../../topics/src/topology.ts',
    '../../../shared/src/index.ts',
  ],
  'packages/basic/tour.ts': [`${ours}/tour`, '../topics/src/topology.ts'],
  'packages/basic/test/a.test.ts': [`${ours}/broker`, '../../topics/src/topology.ts'],
  'packages/service/src/orders/a.ts': [`${ours}/broker`, `${ours}/testkit`, `${ours}/retries`],
  'packages/service/src/run.ts': [`${ours}/testkit`, `${ours}/retries`],
  'packages/service/steps/a.ts': [`${ours}/testkit`, `${ours}/retries`],
  'packages/testing/test/a.unit.test.ts': [`${ours}/retries`, '../../topics/src/topology.ts'],
  'testkit/src/a.ts': [`${ours}/shared`, '../../shared/src/index.ts'],
  'exercises/src/trial/a.ts': [
    `${ours}/testkit`,
    `${ours}/basic`,
    '../../../packages/basic/src/topology.ts',
  ],
  'exercises/01-first-orders/solution.ts': [
    `${ours}/broker`,
    `${ours}/basic`,
    '../src/trial/trial.ts',
  ],
  'exercises/38-ready-at-noon/check.ts': [`${ours}/tasks`],
  'exercises/test/a.test.ts': [`${ours}/basic`, '../../packages/basic/src/topology.ts'],
  'tour/src/a.ts': [`${ours}/testkit`, `${ours}/basic`, '../../packages/basic/tour.ts'],
  'tour/picture/a.ts': [`${ours}/testkit`],
  'tour/test/a.test.ts': [`${ours}/basic`, '../../packages/basic/tour.ts'],
  'tests/contract/a.test.ts': [`${ours}/tour`, `${ours}/basic`, '../../tour/src/course/lessons.ts'],
  'bench/src/a.ts': [`${ours}/tour`, `${ours}/tasks`, '../../broker/src/index.ts'],
  'bench/src/common/a.ts': ['../harness/a.ts', `${ours}/tour`],
  'bench/src/clients/a.ts': ['../harness/a.ts', '../benchmarks/a.ts', '../report/a.ts'],
  'bench/src/harness/a.ts': ['../clients/a.ts', '../benchmarks/a.ts', '../report/a.ts'],
  'bench/src/benchmarks/clients/a.ts': ['../../report/a.ts', '../../../src/clients/a.ts'],
  'docs/tools/a.ts': [`${ours}/shared`, '../../shared/src/index.ts'],
  'tools/words/a.ts': [`${ours}/shared`, '../../shared/src/index.ts'],
}

/** Imports that lint must accept. */
const accepted: Imports = {
  'broker/src/connection/b.ts': ['node:net', '../core/a.ts', '../wire/a.ts'],
  'broker/src/core/b.ts': ['../protocol/a.ts', './queue/a.ts'],
  'broker/test/support/b.ts': ['../../../testkit/src/waiting/deadline.ts', '../../src/broker.ts'],
  'shared/src/cli/b.ts': ['yargs', '../index.ts'],
  'shared/test/b.test.ts': [`${ours}/testkit`, '../src/index.ts'],
  'packages/basic/src/b.ts': [`${ours}/shared`, `${ours}/shared/cli`, './topology.ts'],
  'packages/topics/tour.ts': [`${ours}/shared/cli`, './src/topology.ts'],
  'packages/basic/test/b.test.ts': [`${ours}/testkit`, '../src/topology.ts'],
  'packages/service/src/run.ts': [`${ours}/broker`, `${ours}/shared`, './storage/database.ts'],
  'packages/testing/test/a.unit.test.ts': [`${ours}/broker/vitest`, `${ours}/testkit`],
  'packages/service/steps/a.ts': [`${ours}/broker`, `${ours}/shared`, '../src/outbox/relay.ts'],
  'testkit/src/b.ts': [`${ours}/broker`],
  'exercises/src/judge/b.ts': [`${ours}/broker`, `${ours}/shared`, '../trial/trial.ts'],
  'exercises/01-first-orders/check.ts': ['../src/course/exercise.ts', '../src/trial/wrong.ts'],
  'exercises/38-ready-at-noon/solution.ts': [`${ours}/shared`, `${ours}/tasks`, '../world.ts'],
  'exercises/test/b.test.ts': [`${ours}/testkit`, '../src/judge/judge.ts'],
  'tour/src/run/b.ts': [`${ours}/broker`, `${ours}/shared`, '../broker/admin.ts'],
  'tour/test/b.test.ts': [`${ours}/testkit`, '../src/course/lessons.ts'],
  'tests/faults/b.test.ts': [`${ours}/tasks`],
  'tests/contract/b.test.ts': [`${ours}/broker`, `${ours}/shared`, `${ours}/testkit`],
  'bench/src/clients/b.ts': [`${ours}/shared`, `${ours}/tasks`, '../common/json.ts'],
  'bench/src/harness/b.ts': [`${ours}/testkit`, '../common/json.ts'],
  'docs/test/b.test.ts': [`${ours}/testkit`, '../tools/markdown.ts'],
  'docs/.vitepress/theme/b.ts': [`${ours}/playground/stage`],
}

/** The imports that lint refuses in these files. */
async function lint(files: Imports): Promise<Imports> {
  const project = await mkdtemp(join(tmpdir(), 'messaging-patterns-layers-'))
  const config = JSON.parse(await readFile(join(root, '.oxlintrc.json'), 'utf8')) as object
  const onlyLayers = { ...config, options: {}, categories: {} }
  await writeFile(join(project, '.oxlintrc.json'), JSON.stringify(onlyLayers))
  for (const [file, imports] of Object.entries(files)) {
    const path = join(project, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, imports.map((each) => `export * from '${each}'\n`).join(''))
  }
  const options = { cwd: project, reject: false, preferLocal: true, localDir: root }
  const { stdout } = await execa('oxlint', ['--format', 'json'], options)
  await rm(project, { recursive: true })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }
  const found: Record<string, string[]> = {}
  for (const { code, filename, message } of diagnostics) {
    if (code !== 'eslint(no-restricted-imports)') continue
    const imports = (found[filename.replaceAll('\\', '/')] ??= [])
    imports.push(/'([^']+)'/.exec(message)?.[1] ?? message)
  }
  return found
}

interface Diagnostic {
  readonly code: string
  readonly filename: string
  readonly message: string
}

test('lint refuses imports against the direction of the layers', async () => {
  expect(await lint(refused)).toEqual(refused)
})

test('lint accepts imports in the direction of the layers', async () => {
  expect(await lint(accepted)).toEqual({})
})
