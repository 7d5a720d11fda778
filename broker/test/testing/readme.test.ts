import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { useBroker } from '../../src/testing/vitest.ts'
import { openClient } from './support/client.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

const broker = await useBroker()

/** Without the times, which differ. */
function withoutTimes(text: string): string {
  return text.replaceAll(/^ +\d+ ms/gm, '').trim()
}

test('a failure looks as the README says', async () => {
  await using client = await openClient(broker)
  const { channel } = client
  await channel.assertQueue('parked')
  await channel.assertQueue('parcels', { deadLetterExchange: '', deadLetterRoutingKey: 'parked' })
  await channel.consume('parcels', (parcel) => parcel && channel.reject(parcel, false))
  channel.sendToQueue('parcels', Buffer.from('{"id":17}'), { headers: { source: 'shop' } })
  const parked = expect(broker.queue('parked'))
  await parked.toHaveReceived({ id: 17 })
  const [, printed = ''] = /```text\n(queue "parked".*?)```/s.exec(readme) ?? []
  const failed = parked.toHaveReceived({ id: 71 }, { headers: { source: 'shop' } })
  const error = await failed.catch((reason: unknown) => reason as Error)
  expect(withoutTimes(error?.message ?? '')).toBe(withoutTimes(printed))
})
