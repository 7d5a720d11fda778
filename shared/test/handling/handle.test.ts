import { waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { describe, expect, test } from 'vitest'

import type { Delivery, Subscription } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()
const { queueWith, restOf } = fixture

describe('consuming with a handler', () => {
  async function handled(subscription: Subscription): Promise<void> {
    await subscription.finished()
  }

  test('acknowledges a message when its handler returns', async () => {
    const queue = await queueWith('a', 'b')
    const seen: string[] = []
    await handled(await queue.consume((delivery) => seen.push(delivery.text()), { limit: 2 }))
    expect(seen).toEqual(['a', 'b'])
    expect(await restOf(queue)).toEqual([])
  })

  test('leaves a message alone that the handler has settled', async () => {
    const queue = await queueWith('a', 'b')
    await handled(
      await queue.consume((delivery) => delivery.nack({ requeue: false }), { limit: 2 }),
    )
    expect(await restOf(queue)).toEqual([])
  })

  test('handles at most `concurrency` messages at once', async () => {
    const queue = await queueWith(...'abcdef')
    let running = 0
    let most = 0
    const release: (() => void)[] = []
    const subscription = await queue.consume(
      async () => {
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => release.push(resolve))
        running -= 1
      },
      { concurrency: 3, limit: 6 },
    )
    await waitFor('three at once', () => running === 3)
    for (let released = 0; released < 6;) {
      const next = release.shift()
      if (next === undefined) await queue.count()
      else {
        next()
        released += 1
      }
    }
    await handled(subscription)
    expect(most).toBe(3)
  })

  test('rejects the message of a handler that throws, reports it, and goes on', async () => {
    const parked = await fixture.session.queue('parked')
    const queue = await fixture.session.queue('failing', {
      arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': parked.name },
    })
    for (const body of ['good', 'bad', 'good again']) await queue.send(body)
    const done: string[] = []
    const failures: [string, string][] = []
    const subscription = await queue.consume(
      async (delivery) => {
        if (delivery.body === 'bad') throw new Error('cannot do this one')
        done.push(delivery.text())
      },
      {
        limit: 3,
        onFailure: (error, delivery) => failures.push([String(error), delivery.text()]),
      },
    )
    await handled(subscription)
    expect(done).toEqual(['good', 'good again'])
    expect(failures).toEqual([['Error: cannot do this one', 'bad']])
    const dead = await waitFor('the dead letter', () => parked.get())
    expect(dead.text()).toBe('bad')
  })

  test.each([
    ['rejected', {}],
    ['parked', { retry: { attempts: 1, delay: 100 } }],
  ])('warns that a message was %s, and why its body was not an object', async (what, options) => {
    const queue = await fixture.session.queue(`untyped-${what}`)
    const connection = await connect(fixture.broker.url)
    const channel = await connection.createConfirmChannel()
    channel.sendToQueue(queue.name, Buffer.from('{"order":{"id":1}}'))
    await channel.waitForConfirms()
    await connection.close()
    const warnings: string[] = []
    const onWarning = ({ message }: Error): void => void warnings.push(message)
    process.on('warning', onWarning)
    const handler = ({ body }: Delivery): unknown => (body as { order: { id: number } }).order.id
    await handled(await queue.consume(handler, { limit: 1, ...options }))
    await waitFor('the warning', () => warnings.length > 0)
    process.off('warning', onWarning)
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `${what}.*: TypeError: Cannot read .*; the message has no content type, so its body is a Buffer: read it with delivery.json\\(\\) or delivery.text\\(\\)$`,
        ),
      ),
    ])
  })

  test('cancel and close wait for work in progress', async () => {
    const queue = await queueWith('a', 'b')
    const log: string[] = []
    let release = (): void => {}
    await queue.consume(async (delivery) => {
      log.push(`begin ${delivery.text()}`)
      await new Promise<void>((resolve) => (release = resolve))
      log.push(`end ${delivery.text()}`)
    })
    await waitFor('the first message to be handled', () => log.length === 1)
    const closed = fixture.session.close().then(() => log.push('closed'))
    release()
    await closed
    expect(log).toEqual(['begin a', 'end a', 'closed'])
    expect((await restOf(queue)).map((text) => text.slice(0, 1))).toEqual(['b'])
  })

  test('a deleted queue rejects finished', async () => {
    const queue = await queueWith()
    const subscription = await queue.consume(() => {})
    await queue.delete()
    await expect(subscription.finished()).rejects.toMatchObject({ code: 'CONSUMER_CANCELLED' })
  })
})
