import { waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { EventStream } from './support/live/event-stream.ts'
import { Live, liveBroker } from './support/live/live-broker.ts'

test('says that tracing is off when another one has turned it off, and forgets that when it is on', async () => {
  await using broker = await liveBroker()
  await using first = new Live(broker, '--yes')
  await first.page()
  await using second = new Live(broker)
  await using stream = new EventStream(await second.page())
  first.signal('SIGINT')
  await first.ends()
  expect(await broker.isTraced()).toBe(false)
  await waitFor('a notice', () => stream.notices.at(-1)?.startsWith('Tracing was turned off'))
  const path = `vhosts/${encodeURIComponent(broker.vhost)}`
  await broker.request('PUT', path, { tracing: true })
  await waitFor('no notice', () => stream.notices.at(-1) === '')
})
