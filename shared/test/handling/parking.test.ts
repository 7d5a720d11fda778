import { waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { parkedOf, parkingQueueOptions, type RetryOptions } from '../../src/index.ts'
import { parked, queueForEachTest, retrying, threeAttempts } from './retrying.ts'

const work = queueForEachTest()

describe('a message that cannot succeed', () => {
  test.each([
    ['is invalid JSON', Buffer.from('{"half":'), 'application/json'],
    ['is text in invalid UTF-8', Buffer.from([0xff, 0xfe]), 'text/plain'],
    ['has a type that is not accepted', Buffer.from('x'), 'image/png'],
  ])('is parked at once if its body %s, and the next one is handled', async (_, content, type) => {
    const bodies: unknown[] = []
    const verdicts: unknown[] = []
    await work.queue.consume((delivery) => bodies.push(delivery.body), {
      retry: threeAttempts,
      accept: ['application/json', 'text/plain'],
      onFailure: (_error, _delivery, verdict) => verdicts.push(verdict),
    })
    await work.queue.send(content, { contentType: type })
    await work.queue.send('good')
    await waitFor('the good one', () => bodies.length === 1)
    const delivery = await parked(work.session, `${work.queue.name}.parked`)
    expect(delivery.message.content).toEqual(content)
    expect(parkedOf(delivery)).toMatchObject({ reason: 'body-refused', attempts: [{}] })
    expect(verdicts).toHaveLength(1)
  })

  test('is parked at once if the error is hopeless', async () => {
    const hopeless = (error: unknown): boolean => String(error).includes('cannot')
    await retrying(work.queue, () => true, { retry: { ...threeAttempts, hopeless } })
    await work.queue.send('no such order')
    expect(parkedOf(await parked(work.session, `${work.queue.name}.parked`))).toMatchObject({
      reason: 'hopeless',
      attempts: [{}],
    })
  })

  test('is parked after ten deliveries that were never settled', async () => {
    await work.queue.send('deadly')
    for (let i = 0; i < 10; i++)
      (await waitFor('the message', () => work.queue.get())).reject({ requeue: true })
    const { seen } = await retrying(work.queue, () => false)
    expect(parkedOf(await parked(work.session, `${work.queue.name}.parked`))).toMatchObject({
      reason: 'unfinished',
    })
    expect(seen).toEqual([])
  })

  test.each(['quorum', 'classic'] as const)(
    'is not recognized by a delivery count that its publisher has set (%s queue)',
    async (type) => {
      const own = await work.session.queue(`${work.queue.name}.${type}`, { type })
      await own.send('good', { headers: { 'x-delivery-count': 99 } })
      ;(await waitFor('the message', () => own.get())).nack()
      const { seen, verdicts } = await retrying(own, () => false)
      await waitFor('the message', () => seen.length === 1)
      expect(seen[0]?.delivery.redelivered).toBe(true)
      expect(verdicts).toEqual([])
    },
  )

  test('is still in its parking queue after thirty people have looked at it', async () => {
    await retrying(work.queue, () => true, {
      retry: { attempts: 1, delay: 100 },
      onFailure: () => {},
    })
    await work.queue.send('kept')
    const parking = await work.session.queue(`${work.queue.name}.parked`, parkingQueueOptions)
    for (let i = 0; i < 30; i++) (await waitFor('the message', () => parking.get())).nack()
    expect((await parked(work.session, parking.name)).text()).toBe('kept')
  })

  test('has its errors cut, so that its headers fit into a frame', async () => {
    const long = 'x'.repeat(100_000)
    await work.queue.consume(() => Promise.reject(new Error(long)), {
      retry: { attempts: 40, delay: 1 },
      onFailure: () => {},
    })
    await work.queue.send('verbose')
    const attempts =
      parkedOf(await parked(work.session, `${work.queue.name}.parked`))?.attempts ?? []
    expect(attempts).toHaveLength(40)
    for (const { error } of attempts) expect(error).toMatch(/^Error: x{800,}$/)
  })
})

test.each<[string, RetryOptions]>([
  ['attempts must be a whole number from 1 to 200', { attempts: 0, delay: 1 }],
  ['attempts must be a whole number from 1 to 200', { attempts: 201, delay: 1 }],
  ['delay must be whole milliseconds', { attempts: 2, delay: 0 }],
])('retry refuses options: %s', async (wanted, retry) => {
  await expect(retrying(work.queue, () => true, { retry })).rejects.toThrow(wanted)
})

test('retry refuses autoAck, and a queue whose name changes', async () => {
  const options = { autoAck: true, retry: threeAttempts }
  await expect(work.queue.consume(() => {}, options)).rejects.toThrow(
    /^retry: cannot be combined with autoAck$/,
  )
  const unnamed = await work.session.queue()
  await expect(unnamed.consume(() => {}, { retry: threeAttempts })).rejects.toThrow(
    /^retry: the queue must have a name that stays the same$/,
  )
})
