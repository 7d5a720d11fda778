import { startBroker } from '@messaging-patterns/broker'
import { waitFor } from '@messaging-patterns/testkit'
import { connect, type Options } from 'amqplib'
import { expect, test } from 'vitest'

import { Recorder } from '../src/broker-worker/recorder.ts'
import type { Movement } from '../src/picture/update.ts'

/** What happens to messages that are published, one after the other, to a queue with these arguments. */
async function movementsOf(
  args: Readonly<Record<string, unknown>>,
  messages: readonly Options.Publish[],
  last: Movement['type'],
): Promise<readonly string[]> {
  await using broker = await startBroker({ port: 0 })
  const recorder = new Recorder(broker, { firstMessage: 1, now: () => 0, onMovement: () => {} })
  const connection = await connect(broker.url)
  const channel = await connection.createChannel()
  await channel.assertExchange('nobody', 'fanout')
  await channel.assertQueue('dead')
  await channel.assertQueue('full', { arguments: args })
  for (const options of messages) channel.sendToQueue('full', Buffer.from('Hi'), options)
  const movements: Movement[] = []
  await waitFor(last, () => {
    recorder.endTurn()
    movements.push(...(recorder.take()?.movements ?? []))
    return movements.some(({ type }) => type === last)
  })
  await connection.close()
  return movements.map(
    (each) =>
      `${each.type} ${'message' in each ? each.message : ''}` +
      ('refused' in each ? ' refused' : '') +
      (each.type === 'unroutable' ? ` at "${each.exchange}"` : ''),
  )
}

const two = [{}, {}]

test('says which message a full queue drops', async () => {
  expect(await movementsOf({ 'x-max-length': 1 }, two, 'dead-lettered')).toEqual([
    'published 1',
    'routed 1',
    'published 2',
    'routed 2',
    'dead-lettered 1',
  ])
})

test('says that a full queue has refused a message', async () => {
  const args = { 'x-max-length': 1, 'x-overflow': 'reject-publish' }
  expect(await movementsOf(args, two, 'unroutable')).toEqual([
    'published 1',
    'routed 1',
    'published 2',
    'unroutable 2 refused at ""',
  ])
})

test('says that a dead letter has reached no queue', async () => {
  const args = { 'x-dead-letter-exchange': 'nobody' }
  expect(await movementsOf(args, [{ expiration: '1' }], 'unroutable')).toEqual([
    'published 1',
    'routed 1',
    'dead-lettered 1',
    'unroutable 1 at "nobody"',
  ])
})

test('says nothing more of a dead letter that has reached a queue, or that goes nowhere', async () => {
  const args = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' }
  const expiring = [{ expiration: '1' }]
  const before = ['published 1', 'routed 1', 'dead-lettered 1']
  expect(await movementsOf(args, expiring, 'dead-lettered')).toEqual([...before, 'routed 1'])
  const nowhere = { 'x-dead-letter-exchange': 'is not there' }
  expect(await movementsOf(nowhere, expiring, 'dead-lettered')).toEqual(before)
})
