import { waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { attemptsOf } from '../../src/index.ts'
import { catchUncaught } from '../support.ts'
import { isEmpty, parked, queueForEachTest, retrying, threeAttempts } from './retrying.ts'

const work = queueForEachTest()

describe('a failed message', () => {
  test('stays in its queue until it can be moved', async () => {
    const inTheWay = await work.session.queue(`${work.queue.name}.retry.100`)
    const { errors, seen } = await retrying(work.queue, (_, attempt) => attempt < 2)
    await work.queue.send('stuck')
    await waitFor('an error of moving', () => errors.length > 0)
    expect(errors[0]).toMatchObject({ code: 'PRECONDITION_FAILED' })
    await inTheWay.delete()
    const done = await waitFor('the second attempt', () =>
      seen.find(({ delivery }) => attemptsOf(delivery).length === 1),
    )
    expect(done.text).toBe('stuck')
    await isEmpty(work.session, work.queue.name)
  })

  test('stays in its queue when moving it fails and onFailure throws', async () => {
    const inTheWay = await work.session.queue(`${work.queue.name}.retry.100`)
    await using uncaught = catchUncaught()
    const done: string[] = []
    await work.queue.consume(
      (delivery) => {
        if (attemptsOf(delivery).length === 0) throw new Error('cannot do it')
        done.push(delivery.text())
      },
      {
        retry: threeAttempts,
        onFailure: () => {
          throw new Error('of the listener')
        },
      },
    )
    await work.queue.send('kept')
    await waitFor('a failed move', () => uncaught.errors.length > 0)
    await inTheWay.delete()
    await waitFor('the second attempt', () => done.length === 1)
    expect(done).toEqual(['kept'])
    expect(new Set(uncaught.errors.map(String))).toEqual(new Set(['Error: of the listener']))
  })

  test('stays in its queue when hopeless throws', async () => {
    let broken = true
    const { errors, seen } = await retrying(work.queue, (_, attempt) => attempt < 2, {
      retry: {
        ...threeAttempts,
        hopeless: () => {
          if (broken) throw new Error('of hopeless')
          return false
        },
      },
    })
    await work.queue.send('kept')
    await waitFor('an error of hopeless', () => errors.length > 0)
    expect(String(errors[0])).toBe('Error: of hopeless')
    broken = false
    await waitFor('the second attempt', () =>
      seen.some(({ delivery }) => attemptsOf(delivery).length === 1),
    )
    await isEmpty(work.session, work.queue.name)
  })

  test('is reported once, even if onFailure throws', async () => {
    await using uncaught = catchUncaught()
    let failures = 0
    await work.queue.consume(() => Promise.reject(new Error('cannot do it')), {
      retry: { attempts: 1, delay: 100 },
      onFailure: () => {
        failures += 1
        throw new Error('of the listener')
      },
    })
    await work.queue.send('parked')
    await parked(work.session, `${work.queue.name}.parked`)
    await waitFor('the error of the listener', () => uncaught.errors.length === 1)
    await isEmpty(work.session, work.queue.name)
    expect(failures).toBe(1)
  })
})
