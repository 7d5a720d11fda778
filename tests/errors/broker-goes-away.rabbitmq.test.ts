import { Program, RabbitMqServer } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

const basicConsumer = 'packages/basic/src/consumer.ts'

test('programs wait for a broker that goes away, and print one line if it does not come back', async () => {
  await using broker = await RabbitMqServer.start()
  await using patient = new Program(basicConsumer, [], { AMQP_URL: broker.url })
  await using impatient = new Program(basicConsumer, ['--reconnect-for', '1'], {
    AMQP_URL: broker.url,
  })
  await patient.says(/waiting for messages/)
  await impatient.says(/waiting for messages/)
  await broker.kill()
  const { code, stderr } = await impatient.ends()
  expect(code).toBe(1)
  expect(stderr).toMatch(/^connection lost \(.*\); reconnecting$/m)
  expect(stderr).toMatch(
    /^error: the connection to the broker at amqp:\/\/guest:\*\*\*@.* was lost and could not be recovered in \d+ s .*; start the broker again: /m,
  )
  await broker.start()
  await patient.says(/reconnected to amqp:\/\/guest:\*\*\*@/)
  patient.signal('SIGTERM')
  expect(await patient.ends()).toMatchObject({ code: 0 })
})

test('Ctrl-C does not wait for a broker that has gone away', async () => {
  await using broker = await RabbitMqServer.start()
  const env = { AMQP_URL: broker.url }
  await using consumer = new Program(basicConsumer, [], env)
  await using producer = new Program('packages/basic/src/producer.ts', ['--count', '1000000'], env)
  await consumer.hasLines(1)
  await producer.hasLines(1)
  await broker.kill()
  for (const program of [consumer, producer]) {
    await program.says(/connection lost/)
    program.signal('SIGINT')
  }
  expect(await consumer.ends()).toMatchObject({ code: 0 })
  // It cannot know whether its last message has arrived.
  const { code, stderr } = await producer.ends()
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: stopped while the broker was unreachable$/m)
})

test('a second Ctrl-C ends a program immediately, whatever it is waiting for', async () => {
  await using broker = await RabbitMqServer.start()
  await using program = new Program(basicConsumer, [], { AMQP_URL: broker.url })
  await program.says(/waiting for messages/)
  await broker.pause()
  program.signal('SIGINT')
  await program.says(/press Ctrl-C again to exit immediately/)
  program.signal('SIGINT')
  expect(await program.ends()).toMatchObject({ code: null, signal: 'SIGINT' })
  await broker.unpause()
})
