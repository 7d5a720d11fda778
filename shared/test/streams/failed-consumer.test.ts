import { waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import type { Stream } from '../../src/index.ts'
import { sessionOnBroker } from '../support.ts'

const fixture = sessionOnBroker()

/** More messages than the broker delivers at once. */
async function streamWithMany(name: string): Promise<Stream> {
  const stream = await fixture.session.stream(name)
  await Promise.all(Array.from({ length: 300 }, () => stream.send('one of many')))
  return stream
}

/** A handler that is busy with the message at offset 1 until `open` is called. */
function gatedHandler() {
  const seen: (number | undefined)[] = []
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return {
    seen,
    open: () => open(),
    handle: async ({ offset }: { readonly offset: number | undefined }): Promise<void> => {
      seen.push(offset)
      if (offset === 1) await opened
    },
  }
}

test('a consumer of a stream starts no other message after one has failed', async () => {
  const stream = await streamWithMany('failing-handler')
  const { seen, open, handle } = gatedHandler()
  const subscription = await stream.consume(
    async (delivery) => {
      await handle(delivery)
      if (delivery.offset === 0) {
        await waitFor('the other message', () => seen.length === 2, { interval: 1 })
        throw new Error('0 is broken')
      }
    },
    { from: 'first', concurrency: 2, onFailure: () => {} },
  )
  await expect(subscription.finished()).rejects.toThrow('0 is broken')
  await stream.send('one more')
  open()
  await subscription.ended()
  expect(seen).toEqual([0, 1])
})

test('a consumer of a stream starts no other message after its store has failed', async () => {
  const stream = await streamWithMany('failing-store')
  const { seen, open, handle } = gatedHandler()
  let saves = 0
  const save = (): Promise<never> => {
    saves++
    return Promise.reject(new Error('disk full'))
  }
  const subscription = await stream.consume(handle, {
    resume: { store: { load: () => undefined, save }, interval: 1 },
  })
  const failure = expect(subscription.finished()).rejects.toThrow('disk full')
  await waitFor('a save', () => saves > 0)
  await stream.send('one more')
  open()
  await failure
  expect(seen).toEqual([0, 1])
})
