import { waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import type { Delivery, OffsetStore, Stream } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()
let streams = 0

async function streamWith(...bodies: readonly string[]): Promise<Stream> {
  const stream = await fixture.session.stream(`stream-${++streams}`)
  for (const body of bodies) await stream.send(body)
  return stream
}

/** The store of a test. */
function memoryStore(): OffsetStore & { readonly saved: number[] } {
  const saved: number[] = []
  return { saved, load: () => saved.at(-1), save: (offset) => saved.push(offset) }
}

/** Reads `count` messages. */
async function read(
  stream: Stream,
  options: Parameters<Stream['consume']>[1] & { readonly limit: number },
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  for await (const delivery of await stream.consume(options)) {
    deliveries.push(delivery)
    delivery.ack()
  }
  return deliveries
}

const texts = (deliveries: readonly Delivery[]): string[] =>
  deliveries.map((delivery) => delivery.text())

describe('a stream', () => {
  test('keeps what was consumed', async () => {
    const stream = await streamWith('a', 'b', 'c')
    for (let round = 0; round < 2; round++) {
      const all = await read(stream, { from: 'first', limit: 3 })
      expect(texts(all)).toEqual(['a', 'b', 'c'])
      expect(all.map(({ offset }) => offset)).toEqual([0, 1, 2])
    }
  })

  test('is declared with its limits, and refuses others', async () => {
    const limits = { maxAge: '7D', maxBytes: 1_000_000, maxSegmentBytes: 100_000 } as const
    await fixture.session.stream('limited', limits)
    await fixture.session.stream('limited', { ...limits, maxAge: '168h' })
    await expect(fixture.session.stream('limited')).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    })
  })

  test('can be used as it is', async () => {
    await expect(fixture.session.stream('missing', { passive: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const { name } = await streamWith('a')
    const same = await fixture.session.stream(name, { passive: true })
    expect(texts(await read(same, { from: 'first', limit: 1 }))).toEqual(['a'])
  })

  test('is bound to exchanges', async () => {
    const stream = await streamWith()
    const events = await fixture.session.exchange('stream-events', 'topic')
    await stream.bind(events, 'order.*')
    await events.publish('order.created', { id: 17 })
    const [delivery] = await read(stream, { from: 'first', limit: 1 })
    expect(delivery).toMatchObject({ routingKey: 'order.created', body: { id: 17 } })
  })

  test('counts its messages, and is deleted with them', async () => {
    const stream = await streamWith('a', 'b')
    const counted = async (): Promise<boolean> => (await stream.count()).messages === 2
    await waitFor('the count', counted, { interval: 250 })
    await stream.delete()
    await stream.delete()
    await expect(stream.count()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('ends its subscriptions when it is deleted', async () => {
    const stream = await streamWith('a')
    const subscription = await stream.consume(() => {}, { from: 'first' })
    const failure = expect(subscription.finished()).rejects.toMatchObject({
      code: 'CONSUMER_CANCELLED',
    })
    await stream.delete()
    await failure
  })
})

describe('a consumer of a stream', () => {
  test.each([
    ['first', ['a', 'b', 'c']],
    [1, ['b', 'c']],
    ['1h', ['a', 'b', 'c']],
    [new Date(Date.now() - 3_600_000), ['a', 'b', 'c']],
  ] as const)('starts from %s', async (from, expected) => {
    const stream = await streamWith('a', 'b', 'c')
    expect(texts(await read(stream, { from, limit: expected.length }))).toEqual(expected)
  })

  test('gets new messages unless it asks for others', async () => {
    const stream = await streamWith('old')
    const subscription = await stream.consume({ limit: 1 })
    await stream.send('new')
    for await (const delivery of subscription) {
      expect(delivery.text()).toBe('new')
      delivery.ack()
    }
  })

  test('gets the chunks with its filter value', async () => {
    const stream = await streamWith()
    await stream.send('pear', { filterValue: 'pears' })
    await stream.send('plain')
    await stream.send('apple', { filterValue: 'apples', headers: { more: true } })
    const options = { from: 'first', filter: 'apples' } as const
    const [apple] = await read(stream, { ...options, limit: 1 })
    expect(apple?.text()).toBe('apple')
    expect(apple?.headers).toMatchObject({ 'x-stream-filter-value': 'apples', more: true })
    const both = await read(stream, { ...options, matchUnfiltered: true, limit: 2 })
    expect(texts(both)).toEqual(['plain', 'apple'])
  })

  test('works on messages in order, one at a time', async () => {
    const stream = await streamWith('a', 'b', 'c')
    const steps: string[] = []
    const subscription = await stream.consume(
      async (delivery) => {
        steps.push(`start ${delivery.text()}`)
        await stream.send('later')
        steps.push(`end ${delivery.text()}`)
      },
      { from: 'first', limit: 3 },
    )
    await subscription.finished()
    expect(steps).toEqual(['start a', 'end a', 'start b', 'end b', 'start c', 'end c'])
  })

  test('ends when its handler throws, with the error', async () => {
    const stream = await streamWith('a', 'b', 'c')
    const seen: string[] = []
    const failures: unknown[] = []
    const subscription = await stream.consume(
      (delivery) => {
        seen.push(delivery.text())
        if (delivery.text() === 'b') throw new Error('b is broken')
      },
      { from: 'first', onFailure: (error) => failures.push(error) },
    )
    await expect(subscription.finished()).rejects.toThrow('b is broken')
    expect(seen).toEqual(['a', 'b'])
    expect(failures).toEqual([new Error('b is broken')])
  })
})

describe('a consumer that resumes', () => {
  test('starts with the first message, and then after the last finished one', async () => {
    const stream = await streamWith('a', 'b', 'c')
    const resume = { store: memoryStore() }
    expect(texts(await read(stream, { resume, limit: 2 }))).toEqual(['a', 'b'])
    await stream.send('d')
    expect(texts(await read(stream, { resume, limit: 2 }))).toEqual(['c', 'd'])
    expect(resume.store.saved).toEqual([1, 3])
  })

  test('starts elsewhere only if nothing is stored', async () => {
    const stream = await streamWith('a', 'b', 'c')
    const resume = { store: memoryStore() }
    const options = { resume, from: 1, limit: 1 } as const
    expect(texts(await read(stream, options))).toEqual(['b'])
    expect(texts(await read(stream, options))).toEqual(['c'])
  })

  test('gets the message again whose handler has failed', async () => {
    const stream = await streamWith('a', 'b', 'c')
    const resume = { store: memoryStore() }
    const failing = await stream.consume(
      (delivery) => {
        if (delivery.text() === 'b') throw new Error('b is broken')
      },
      { resume, onFailure: () => {} },
    )
    await expect(failing.finished()).rejects.toThrow('b is broken')
    expect(texts(await read(stream, { resume, limit: 2 }))).toEqual(['b', 'c'])
  })

  test('stores nothing ahead of an unfinished message, at any concurrency', async () => {
    const stream = await streamWith('a', 'b', 'c', 'd')
    const store = memoryStore()
    let resolve = (): void => {}
    const blocked = new Promise<void>((unblock) => (resolve = unblock))
    const done: string[] = []
    const subscription = await stream.consume(
      async (delivery) => {
        if (delivery.text() === 'b') await blocked
        done.push(delivery.text())
      },
      { resume: { store, interval: 0 }, concurrency: 4, limit: 4 },
    )
    await waitFor('the others', () => done.length === 3)
    await waitFor('a save', () => store.saved.length > 0)
    expect(store.saved).toEqual([0])
    resolve()
    await subscription.finished()
    expect(store.saved.at(-1)).toBe(3)
  })

  test('saves while it waits for the next message', async () => {
    const stream = await streamWith('a')
    const store = memoryStore()
    await using subscription = await stream.consume(() => {}, { resume: { store, interval: 1 } })
    await waitFor('the save', () => store.saved.length > 0)
    expect(store.saved).toEqual([0])
    await subscription.cancel()
    expect(store.saved).toEqual([0])
  })

  test('saves when its loop is left', async () => {
    const stream = await streamWith('a', 'b', 'c')
    const resume = { store: memoryStore(), interval: 3_600_000 }
    for await (const delivery of await stream.consume({ resume })) {
      delivery.ack()
      if (delivery.text() === 'b') break
    }
    expect(resume.store.saved).toEqual([1])
  })

  test('saves when its session is closed', async () => {
    const stream = await streamWith('a', 'b')
    const store = memoryStore()
    const seen: string[] = []
    await stream.consume((delivery) => seen.push(delivery.text()), { resume: { store } })
    await waitFor('both messages', () => seen.length === 2)
    await fixture.session.close()
    expect(store.saved).toEqual([1])
  })

  test('ends with the error of its store', async () => {
    const stream = await streamWith('a', 'b')
    const broken = { load: () => undefined, save: () => Promise.reject(new Error('disk full')) }
    const options = { resume: { store: broken, interval: 1 } }
    const subscription = await stream.consume(() => {}, options)
    await expect(subscription.finished()).rejects.toThrow('disk full')
    const unreadable = { ...broken, load: () => Promise.reject(new Error('no such table')) }
    await expect(stream.consume({ resume: { store: unreadable } })).rejects.toThrow('no such table')
  })
})
