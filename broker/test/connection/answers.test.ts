import { expect, test } from 'vitest'

import { testBench, type ScriptedClient } from '../support/scripted-client.ts'

test.each([
  ['large reads together', 20_000, [{ deliveryTag: 2, multiple: true }]],
  ['small reads at once', 2000, [{ deliveryTag: 1 }, { deliveryTag: 2, multiple: false }]],
])('answers %s', async (_what, size, confirms) => {
  await using bench = testBench()
  const client = bench.connect({ highWaterMark: 65_536 })
  await client.open()
  await client.openChannel()
  client.send(1, 'confirm.select', { noWait: false })
  await client.expect('confirm.select-ok')

  // In one turn of the event loop, and each in one piece.
  publish(client, size)
  publish(client, size)

  for (const confirm of confirms) expect(await client.expect('basic.ack')).toMatchObject(confirm)
})

function publish({ frames, stream }: ScriptedClient, size: number): void {
  const address = { ticket: 0, exchange: '', routingKey: 'nowhere' }
  frames.method(1, 'basic.publish', { ...address, mandatory: false, immediate: false })
  const body = new Uint8Array(size)
  frames.content(1, { properties: {}, encodedProperties: undefined, body })
  stream.write(Buffer.concat(frames.take()))
}
