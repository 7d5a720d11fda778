import { waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()
const { queueWith } = fixture
let forged = 0

describe('the delivery count', () => {
  test('is the number of failed deliveries, as a quorum queue counts them', async () => {
    const queue = await queueWith('a')
    await using subscription = await queue.consume()
    for (const count of [0, 1, 2]) {
      const { value: delivery } = await subscription.next()
      expect(delivery?.deliveryCount).toBe(count)
      if (count < 2) delivery?.reject({ requeue: true })
      else delivery?.ack()
    }
  })

  test.each<[string, 'quorum' | 'classic', unknown]>([
    ['a number', 'quorum', 99],
    ['a number', 'classic', 99],
    ['text', 'quorum', 'many'],
    ['text', 'classic', 'many'],
    ['a fraction', 'quorum', 0.5],
    ['less than nothing', 'quorum', -1],
  ])('ignores the header of a publisher: %s, in a %s queue', async (_, type, count) => {
    const queue = await fixture.session.queue(`forged-${++forged}`, { type })
    await queue.send('a', { headers: { 'x-delivery-count': count } })
    await using subscription = await queue.consume()
    const { value: first } = await subscription.next()
    expect(first?.deliveryCount).toBe(0)
    first?.nack()
    const { value: again } = await subscription.next()
    // RabbitMQ before 4.3 counts a nack too.
    const nacks = type === 'quorum' && Number.parseFloat(fixture.broker.version) < 4.3 ? 1 : 0
    expect(again).toMatchObject({ redelivered: true, deliveryCount: nacks })
    again?.ack()
  })

  test('ignores the header of a publisher when a message is got', async () => {
    const queue = await fixture.session.queue('forged-get', { type: 'classic' })
    await queue.send('a', { headers: { 'x-delivery-count': 99 } })
    const first = await waitFor('the message', () => queue.get())
    first.nack()
    const again = await waitFor('the message', () => queue.get())
    expect(again).toMatchObject({ redelivered: true, deliveryCount: 0 })
    again.ack()
  })
})
