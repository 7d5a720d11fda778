import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

import { deadline, testDeadline } from './testkit/src/deadline.ts'

// Files of these folders run once on each broker; a name in *.rabbitmq.test.ts asks for RabbitMQ
// alone, and *.unit.test.ts for no broker at all. What takes minutes is *.long.rabbitmq.test.ts, and
// vitest.faults.config.ts runs it.
const onEachBroker = ['{shared,tests,docs}/**/*.test.ts', '{packages/*,tour}/test/*.test.ts']
const noBroker = ['**/*.unit.test.ts', 'broker/test/**/*.test.ts']
const onRabbitMq = ['**/*.rabbitmq.test.ts']
const onRequest = ['**/*.long.rabbitmq.test.ts']
const deadlines = {
  testTimeout: testDeadline,
  hookTimeout: testDeadline,
  expect: { poll: { timeout: deadline } },
}
const nodeModules = '**/node_modules/**'

function dockerIsHere(): boolean {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 })
    return true
  } catch {
    return false
  }
}

function projects(): TestProjectConfiguration[] {
  const unit = {
    test: { name: 'unit', include: noBroker, exclude: [nodeModules], ...deadlines },
  }
  const embedded = {
    test: {
      name: 'embedded',
      include: onEachBroker,
      exclude: [nodeModules, ...noBroker, ...onRabbitMq],
      provide: { broker: 'embedded' as const },
      ...deadlines,
    },
  }
  const rabbitmq = {
    test: {
      name: 'rabbitmq',
      include: onEachBroker,
      exclude: [nodeModules, ...noBroker, ...onRequest],
      globalSetup: ['./testkit/src/setup-rabbitmq.ts', './tests/faults/support/print-table.ts'],
      ...deadlines,
    },
  }
  if (process.env['AMQP_URL'] !== undefined || dockerIsHere()) return [unit, embedded, rabbitmq]
  if (process.env['CI'] === 'true')
    throw new Error('CI=true, but neither AMQP_URL nor Docker is there to test on RabbitMQ')
  process.stderr.write('NOT RUN: the tests on RabbitMQ (no Docker here, and AMQP_URL is not set)\n')
  return [unit, embedded]
}

// Most tests wait for processes of their own: more of them than cores do not disturb each other.
const maxWorkers = Math.max(3, availableParallelism())

export default defineConfig({ test: { maxWorkers, projects: projects() } })
