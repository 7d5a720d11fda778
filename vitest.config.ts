import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

import { deadline, testDeadline } from './testkit/src/waiting/deadline.ts'

// Test files in these folders run once on each broker. *.rabbitmq.test.ts only runs on RabbitMQ, and
// *.unit.test.ts needs no broker. Two kinds of files have a command of their own: *.browser.test.ts,
// which needs Chromium (vitest.browser.config.ts), and *.long.rabbitmq.test.ts, which takes minutes
// (vitest.faults.config.ts).
const onEachBroker = [
  '{shared,tests,docs}/**/*.test.ts',
  '{packages/*,exercises,playground,tour}/test/*.test.ts',
]
const noBroker = ['**/*.unit.test.ts', 'broker/test/**/*.test.ts']
const onRabbitMq = ['**/*.rabbitmq.test.ts']
const inBrowser = ['**/*.browser.test.ts']
const onRequest = ['**/*.long.rabbitmq.test.ts']
const programs = './testkit/src/compile-programs.ts'
const deadlines = {
  testTimeout: testDeadline,
  hookTimeout: testDeadline,
  expect: { poll: { timeout: deadline } },
}
// Without Docker, loading every module again for each file would take a fifth of the time.
const sharedModules = { isolate: false }
const nodeModules = '**/node_modules/**'

function dockerIsRunning(): boolean {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 })
    return true
  } catch {
    return false
  }
}

function projects(): TestProjectConfiguration[] {
  const unit = {
    test: {
      name: 'unit',
      include: noBroker,
      exclude: [nodeModules],
      globalSetup: [programs],
      ...sharedModules,
      ...deadlines,
    },
  }
  const embedded = {
    test: {
      name: 'embedded',
      include: onEachBroker,
      exclude: [nodeModules, ...noBroker, ...onRabbitMq, ...inBrowser],
      provide: { broker: 'embedded' as const },
      globalSetup: [programs],
      ...sharedModules,
      ...deadlines,
    },
  }
  const rabbitmq = {
    test: {
      name: 'rabbitmq',
      include: onEachBroker,
      exclude: [nodeModules, ...noBroker, ...onRequest, ...inBrowser],
      globalSetup: [
        programs,
        './testkit/src/rabbitmq/setup.ts',
        './tests/faults/support/print-table.ts',
      ],
      ...deadlines,
    },
  }
  if (process.env['AMQP_URL'] !== undefined || dockerIsRunning()) return [unit, embedded, rabbitmq]
  if (process.env['CI'] === 'true')
    throw new Error('CI=true, but the tests on RabbitMQ cannot run: start Docker, or set AMQP_URL')
  process.stderr.write(
    'NOT RUN: the tests on RabbitMQ (Docker is not running, and AMQP_URL is not set)\n',
  )
  return [unit, embedded]
}

// Most tests spend their time waiting for child processes, so run more of them than there are cores.
const maxWorkers = Math.max(3, availableParallelism())

/**
 * The files that take longest. Those of one project follow each other, because a worker that changes
 * to another project loads all modules again.
 */
const longest = [
  'docs/test/transcripts.test.ts',
  'docs/test/transcripts.cluster.rabbitmq.test.ts',
  'tour/test/tour.test.ts',
  'exercises/test/proof-1.test.ts',
  'exercises/test/proof-2.test.ts',
  'exercises/test/proof-3.test.ts',
  'tests/interop/interop.test.ts',
  'tour/test/doctor-and-reset.test.ts',
  'packages/streams/test/client.test.ts',
  'playground/test/scenes.test.ts',
]

/** Starts with the longest files. At the end, one would keep a core busy while the others have nothing to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not that of an array, but of the base class
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((file) => moduleId.endsWith(`/${file}`))
  return place === -1 ? longest.length : place
}

export default defineConfig({
  test: { maxWorkers, projects: projects(), sequence: { sequencer: LongestFirst } },
})
