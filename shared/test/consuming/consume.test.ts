import { waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { describe, expect, test } from 'vitest'

import type { Delivery } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()
const { queueWith, restOf } = fixture

describe('consuming with for await', () => {
  test('yields the messages in order, and the broker drops those that are acknowledged', async () => {
    const queue = await queueWith('a', 'b', 'c')
    const seen: string[] = []
    for await (const delivery of await queue.consume({ limit: 3 })) {
      seen.push(delivery.text())
      delivery.ack()
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(await restOf(queue)).toEqual([])
  })

  test('leaving the loop early requeues unacknowledged messages', async () => {
    const queue = await queueWith('a', 'b', 'c', 'd')
    for await (const delivery of await queue.consume({ prefetch: 3 })) {
      if (delivery.text() === 'b') break
      delivery.ack()
    }
    expect((await restOf(queue)).map((text) => text.slice(0, 1)).toSorted()).toEqual([
      'b',
      'c',
      'd',
    ])
  })

  test('with a limit, messages beyond it stay in the queue', async () => {
    const queue = await queueWith('a', 'b', 'c', 'd')
    for await (const delivery of await queue.consume({ prefetch: 10, limit: 2 })) delivery.ack()
    expect((await restOf(queue)).map((text) => text.slice(0, 1))).toEqual(['c', 'd'])
  })

  test('with a limit, no acknowledgement is lost, however fast they are sent', async () => {
    const texts = Array.from({ length: 1500 }, (_, i) => String(i))
    const queues = [await queueWith(...texts), await queueWith(...texts), await queueWith(...texts)]
    for (const queue of queues)
      for await (const delivery of await queue.consume({ prefetch: 250, limit: texts.length }))
        delivery.ack()
    for (const queue of queues) expect(await restOf(queue)).toEqual([])
  })

  test('an aborted signal ends the loop after the current message', async () => {
    const queue = await queueWith('a', 'b', 'c')
    const controller = new AbortController()
    const seen: string[] = []
    for await (const delivery of await queue.consume({ prefetch: 3, signal: controller.signal })) {
      seen.push(delivery.text())
      controller.abort()
      delivery.ack()
    }
    expect(seen).toEqual(['a'])
    expect((await restOf(queue)).map((text) => text.slice(0, 1))).toEqual(['b', 'c'])
  })

  test('with a signal that is aborted already, no message is delivered', async () => {
    const queue = await queueWith('a')
    const seen: Delivery[] = []
    for await (const delivery of await queue.consume({ signal: AbortSignal.abort() }))
      seen.push(delivery)
    expect(seen).toEqual([])
    expect(await restOf(queue)).toEqual(['a'])
  })

  test.each([1, 2, 3, 5, 10, 20])(
    'a signal that is aborted while the consumer is starting (after %d turns) delivers no message',
    async (turns) => {
      const queue = await queueWith('a')
      const controller = new AbortController()
      const made = queue.consume({ signal: controller.signal })
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
      controller.abort()
      const seen: Delivery[] = []
      for await (const delivery of await made) seen.push(delivery)
      expect(seen).toEqual([])
      // RabbitMQ confirms the cancel before a quorum queue has counted it.
      await waitFor('no consumer', async () => (await queue.count()).consumers === 0)
      expect((await restOf(queue)).map((text) => text.slice(0, 1))).toEqual(['a'])
    },
  )

  test('with a limit of 0, no message is delivered', async () => {
    const queue = await queueWith('a')
    const seen: Delivery[] = []
    for await (const delivery of await queue.consume({ limit: 0 })) seen.push(delivery)
    expect(seen).toEqual([])
  })

  test('a subscription that has ended no longer listens to its signal', async () => {
    const queue = await queueWith()
    const { signal } = new AbortController()
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    for (let i = 0; i < 12; i++) await (await queue.consume({ signal })).cancel()
    await queue.count()
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  test('prefetch limits how many unacknowledged messages are delivered', async () => {
    const queue = await queueWith('a', 'b', 'c', 'd', 'e')
    await using subscription = await queue.consume({ prefetch: 2 })
    await subscription.next()
    await waitFor(
      'two messages with the consumer',
      async () => (await queue.count()).messages === 3,
    )
  })

  test('settling twice throws, and the channel stays open', async () => {
    const queue = await queueWith('a', 'b')
    await using subscription = await queue.consume()
    const first = await subscription.next()
    expect(first.value?.ack()).toBe(true)
    for (const again of ['ack', 'nack', 'reject'] as const)
      expect(() => first.value?.[again]()).toThrow(
        expect.objectContaining({
          code: 'ALREADY_SETTLED',
          message: `cannot ${again}: the message was already acknowledged`,
        }),
      )
    expect((await subscription.next()).value?.text()).toBe('b')
  })

  test('with autoAck a message needs no acknowledgement and allows none', async () => {
    const queue = await queueWith('a', 'b')
    const seen: Delivery[] = []
    for await (const delivery of await queue.consume({ autoAck: true, limit: 2 }))
      seen.push(delivery)
    expect(seen.map((delivery) => delivery.text())).toEqual(['a', 'b'])
    expect(() => seen[0]?.ack()).toThrow(/acknowledged on delivery/)
    expect(await restOf(queue)).toEqual([])
  })

  test('with autoAck, messages that have arrived are yielded even after a stop', async () => {
    const queue = await queueWith('a', 'b', 'c')
    const controller = new AbortController()
    const subscription = await queue.consume({ autoAck: true, signal: controller.signal })
    await waitFor('an empty queue', async () => (await queue.count()).messages === 0)
    const seen: string[] = []
    for await (const delivery of subscription) {
      controller.abort()
      seen.push(delivery.text())
    }
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  test('a nack requeues the message, a reject drops it', async () => {
    const queue = await queueWith('a')
    await using subscription = await queue.consume()
    const first = await subscription.next()
    expect(first.value?.redelivered).toBe(false)
    first.value?.nack()
    const second = await subscription.next()
    expect(second.value?.redelivered).toBe(true)
    second.value?.reject()
    await subscription.cancel()
    expect(await restOf(queue)).toEqual([])
  })

  test('a body whose type is not accepted is a typed error, and its message can be settled', async () => {
    const queue = await fixture.session.queue()
    await queue.send({ json: true })
    await using subscription = await queue.consume({ accept: ['text/plain'] })
    const { value: delivery } = await subscription.next()
    expect(() => delivery?.body).toThrow(expect.objectContaining({ code: 'CONTENT_REFUSED' }))
    expect(delivery?.text()).toBe('{"json":true}')
    delivery?.reject()
  })

  test('a body without a content type is bytes, and can be read as JSON and as text', async () => {
    const queue = await fixture.session.queue('from-pika')
    const connection = await connect(fixture.broker.url)
    const channel = await connection.createConfirmChannel()
    channel.sendToQueue(queue.name, Buffer.from('{"n":1}'))
    await channel.waitForConfirms()
    await connection.close()
    await using subscription = await queue.consume()
    const { value: delivery } = await subscription.next()
    expect(delivery?.body).toEqual(Buffer.from('{"n":1}'))
    expect(delivery?.text()).toBe('{"n":1}')
    expect(delivery?.json()).toEqual({ n: 1 })
    delivery?.ack()
  })

  test('several loops together get no more messages than the limit', async () => {
    const queue = await queueWith()
    for (const autoAck of [false, true]) {
      const subscription = await queue.consume({ prefetch: 10, limit: 3, autoAck })
      const seen: string[] = []
      const loop = async (): Promise<void> => {
        for await (const delivery of subscription) {
          seen.push(delivery.text())
          if (!autoAck) delivery.ack()
        }
      }
      const loops = Promise.all([loop(), loop(), loop(), loop(), loop()])
      await Promise.all([...'abcdef'].map((body) => queue.send(body)))
      await loops
      expect(seen.toSorted()).toEqual(['a', 'b', 'c'])
      await queue.purge()
    }
  })

  test('several loops share one subscription', async () => {
    const queue = await queueWith(...'abcdefgh')
    const subscription = await queue.consume({ prefetch: 4, limit: 8 })
    const seen: string[] = []
    const loop = async (): Promise<void> => {
      for await (const delivery of subscription) {
        seen.push(delivery.text())
        delivery.ack()
      }
    }
    await Promise.all([loop(), loop(), loop()])
    expect(seen.toSorted().join('')).toBe('abcdefgh')
  })

  test('a deleted queue ends the loop with CONSUMER_CANCELLED', async () => {
    const queue = await queueWith()
    const subscription = await queue.consume()
    const ended = expect(subscription.next()).rejects.toMatchObject({
      code: 'CONSUMER_CANCELLED',
      message: `the broker cancelled the consumer of "${queue.name}": its queue was deleted`,
    })
    await queue.delete()
    await ended
    await expect(subscription.next()).rejects.toMatchObject({ code: 'CONSUMER_CANCELLED' })
  })
})

describe('a consumer that takes too long', () => {
  test('loses its message to another consumer, and gets new ones', async (context) => {
    if (Number.parseFloat(fixture.broker.version) < 4.3)
      return context.skip('a timeout takes a minute there')
    const queue = await fixture.session.queue('impatient', {
      arguments: { 'x-consumer-timeout': 1000 },
    })
    await queue.send('slow')
    await using subscription = await queue.consume()
    const slow = await subscription.next()
    const again = await subscription.next()
    expect(again.value).toMatchObject({ redelivered: true, body: 'slow', lost: false })
    expect(slow.value?.lost).toBe(true)
    expect(slow.value?.ack()).toBe(false)
    expect(again.value?.ack()).toBe(true)
    await subscription.cancel()
    expect(await queue.get()).toBeUndefined()
  })
})
