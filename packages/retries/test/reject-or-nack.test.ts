import { isOlder, Session } from '@messaging-patterns/shared'
import { brokerForEachTest, Program, TcpProxy } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { experiment } from '../src/topology.ts'
import { deliveriesOn, outputOn, rejectOrNack } from './programs.ts'

const broker = brokerForEachTest()
const { linesOf, factsOf } = outputOn(broker)

test('the broker counts a reject, but before 4.3 a nack as well', async () => {
  expect(await linesOf(rejectOrNack)).toEqual(deliveriesOn(broker.version))
})

test('a message that an interrupted run left does not count', async (context) => {
  if (isOlder(broker.version, '4.3')) return context.skip('before 4.3 a quorum queue counts both')
  await using session = await Session.open({ url: broker.url })
  for (const { name, options } of [experiment.deadLetters, experiment.queue]) {
    const queue = await session.queue(name, options)
    await queue.send('left')
  }
  expect(await factsOf(rejectOrNack)).toEqual([
    { event: 'ended', how: 'reject', deliveries: 4 },
    { event: 'ended', how: 'nack', deliveries: 50 },
  ])
})

test('Ctrl-C ends it without a result, and leaves no queue', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  const basicConsume = Buffer.from([0, 60, 0, 20])
  const holding = proxy.holdAfter(basicConsume)
  await using running = new Program(rejectOrNack, [], { AMQP_URL: proxy.url })
  const release = await holding
  running.signal('SIGINT')
  await running.says(/shutting down gracefully/)
  release()
  expect(await running.ends()).toMatchObject({ code: 0, stdout: '' })
  await using session = await Session.open({ url: broker.url })
  for (const { name } of [experiment.deadLetters, experiment.queue])
    await expect(session.queue(name, { passive: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
})
