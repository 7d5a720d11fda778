import { connect } from 'amqplib'
import { expect, test } from 'vitest'

import { starters } from '../src/harness/brokers/brokers.ts'

test('the null broker confirms every message, whatever its size and channel', async () => {
  await using broker = await starters.null()
  const model = await connect(broker.url)
  const channels = [await model.createConfirmChannel(), await model.createConfirmChannel()]
  let confirmed = 0
  for (const channel of channels) {
    await channel.assertQueue('tasks')
    for (const bytes of [0, 100, 300_000])
      channel.sendToQueue('tasks', Buffer.alloc(bytes), {}, () => (confirmed += 1))
    await channel.waitForConfirms()
  }
  await model.close()

  expect(confirmed).toBe(6)
})

test('the embedded broker that is measured speaks both protocols', async () => {
  await using broker = await starters.embedded()
  expect(broker).toMatchObject({
    url: expect.stringMatching(/^amqp:/),
    streamUrl: expect.stringMatching(/^rabbitmq-stream:/),
  })
})
