import { describe, expect, test } from 'vitest'

import { inFlight } from '../../src/publishing/in-flight.ts'

/** Tasks that the test finishes. */
class Tasks {
  readonly started: number[] = []
  readonly #done = new Map<number, () => void>()

  readonly run = (item: number): Promise<void> => {
    this.started.push(item)
    return new Promise((resolve) => this.#done.set(item, resolve))
  }

  finish(item: number): void {
    this.#done.get(item)?.()
  }
}

describe('inFlight', () => {
  test('takes only as many items from the source as the window holds', async () => {
    const tasks = new Tasks()
    const results = inFlight([1, 2, 3, 4, 5], tasks.run, { window: 3 })
    const first = results.next()
    expect(tasks.started).toEqual([1, 2, 3])
    tasks.finish(1)
    expect(await first).toEqual({ value: 1, done: false })
    const second = results.next()
    tasks.finish(2)
    await second
    expect(tasks.started).toEqual([1, 2, 3, 4])
  })

  test('yields in the order of the source, whichever task finishes first', async () => {
    const tasks = new Tasks()
    const seen: number[] = []
    const all = (async () => {
      for await (const item of inFlight([1, 2, 3], tasks.run)) seen.push(item)
    })()
    for (const item of [3, 2, 1]) tasks.finish(item)
    await all
    expect(seen).toEqual([1, 2, 3])
  })

  test('throws the first error, in its turn', async () => {
    const seen: number[] = []
    const failing = inFlight([1, 2, 3], async (item) => {
      if (item === 2) throw new Error('no second one')
    })
    await expect(
      (async () => {
        for await (const item of failing) seen.push(item)
      })(),
    ).rejects.toThrow('no second one')
    expect(seen).toEqual([1])
  })

  test('starts no further task when aborted, and finishes those in progress', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const started: number[] = []
    const task = async (item: number): Promise<void> => {
      started.push(item)
    }
    for await (const item of inFlight([1, 2, 3, 4, 5, 6], task, {
      window: 2,
      signal: controller.signal,
    })) {
      seen.push(item)
      if (item === 2) controller.abort()
    }
    expect(seen).toEqual(started)
    expect(seen.length).toBeLessThan(6)
  })
})
