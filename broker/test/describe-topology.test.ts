import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { connect } from 'amqplib'
import { expect, test } from 'vitest'

import { describeTopology } from '../src/describe-topology.ts'
import { startBroker } from '../src/index.ts'

test('the topology names exchanges with their bindings, queues with their counts, and no more', async () => {
  await using broker = await startBroker()
  expect(describeTopology(broker.snapshot())).toEqual([
    'virtual host /',
    '  no queues, and only the predeclared exchanges',
    '0 connections',
  ])
  const connection = await connect(broker.url)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange('logs', 'direct')
  await channel.assertExchange('audit', 'fanout')
  await channel.assertQueue('errors')
  await channel.bindQueue('errors', 'logs', 'error')
  await channel.bindQueue('errors', 'audit', '')
  channel.publish('logs', 'error', Buffer.from('boom'))
  await channel.waitForConfirms()
  expect(describeTopology(broker.snapshot())).toEqual([
    'virtual host /',
    '  exchange logs (direct)',
    '    "error" -> queue errors',
    '  exchange audit (fanout)',
    '    -> queue errors',
    '  queue errors (classic): 1 ready, 0 unacked, 0 consumers',
    '1 connection',
  ])
  await channel.consume('errors', () => {})
  expect(describeTopology(broker.snapshot())).toContain(
    '  queue errors (classic): 0 ready, 1 unacked, 1 consumer',
  )
  await connection.close()
})

test('SIGUSR2 shows it, and the broker goes on', async () => {
  const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', bin, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  expect(await lines.next()).toMatchObject({
    value: expect.stringContaining('Listening') as unknown,
  })
  expect(await lines.next()).toMatchObject({ value: expect.stringContaining('memory') as unknown })
  child.kill('SIGUSR2')
  expect(await lines.next()).toEqual({ value: 'virtual host /', done: false })
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})
