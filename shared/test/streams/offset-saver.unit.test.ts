import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { fileOffsetStore } from '../../src/index.ts'
import { OffsetSaver } from '../../src/streams/offset-saver.ts'

/** A store whose saves end when the test says so. */
function heldStore() {
  const saves: { readonly offset: number; end: (error?: Error) => void }[] = []
  return {
    saves,
    load: () => undefined,
    save: (offset: number) =>
      new Promise<void>((resolve, reject) => {
        saves.push({ offset, end: (error) => (error ? reject(error) : resolve()) })
      }),
  }
}

describe('saving offsets', () => {
  test('happens after the interval, with the latest offset', async () => {
    const store = heldStore()
    const saver = new OffsetSaver(store, 5, () => {})
    for (const offset of [1, 2, 3]) saver.update(offset)
    await waitFor('a save', () => store.saves.length > 0)
    expect(store.saves.map(({ offset }) => offset)).toEqual([3])
  })

  test('happens one after the other', async () => {
    const store = heldStore()
    const saver = new OffsetSaver(store, 1, () => {})
    saver.update(1)
    await waitFor('a save', () => store.saves.length === 1)
    saver.update(2)
    const flushed = Promise.all([saver.flush(), saver.flush()])
    expect(store.saves).toHaveLength(1)
    store.saves[0]?.end()
    await waitFor('the next save', () => store.saves.length === 2)
    store.saves[1]?.end()
    await flushed
    expect(store.saves.map(({ offset }) => offset)).toEqual([1, 2])
  })

  test('that fails is reported, and tried again by flush', async () => {
    const store = heldStore()
    const errors: unknown[] = []
    const saver = new OffsetSaver(store, 1, (error) => errors.push(error))
    saver.update(1)
    await waitFor('a save', () => store.saves.length === 1)
    store.saves[0]?.end(new Error('the disk is full'))
    await waitFor('the error', () => errors.length === 1)
    const flushed = saver.flush()
    await waitFor('the next save', () => store.saves.length === 2)
    store.saves[1]?.end()
    await flushed
  })

  test('is left out if nothing has changed', async () => {
    const store = heldStore()
    const saver = new OffsetSaver(store, 1, () => {})
    await saver.flush()
    expect(store.saves).toEqual([])
  })
})

describe('a file with an offset', () => {
  async function directory(): Promise<AsyncDisposable & { readonly path: string }> {
    const created = await mkdtemp(path.join(tmpdir(), 'offsets-'))
    return { path: created, [Symbol.asyncDispose]: () => rm(created, { recursive: true }) }
  }

  test('is missing at first, and then has what was saved last', async () => {
    await using folder = await directory()
    const store = fileOffsetStore(path.join(folder.path, 'orders.offset'))
    expect(await store.load()).toBeUndefined()
    await store.save(17)
    await store.save(18)
    expect(await store.load()).toBe(18)
    expect(await readdir(folder.path)).toEqual(['orders.offset'])
  })

  test('with anything else is an error that names it', async () => {
    await using folder = await directory()
    const file = path.join(folder.path, 'orders.offset')
    for (const text of ['', '17', 'seventeen\n']) {
      await writeFile(file, text)
      await expect(fileOffsetStore(file).load()).rejects.toThrow(file)
    }
  })
})
