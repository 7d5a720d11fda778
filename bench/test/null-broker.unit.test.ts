import { Program } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { expect, test } from 'vitest'

test('the null broker confirms every message, whatever its size and channel', async () => {
  await using program = new Program('bench/src/programs/null-broker.ts', [])
  const [line = ''] = await program.hasLines(1)
  const model = await connect(line.replace('Listening on ', ''))
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
