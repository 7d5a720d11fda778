import { expect, test } from 'vitest'

import { waitFor } from '../src/waiting/wait-for.ts'

const soon = { timeout: 50, interval: 1 }

test('an error, a rejection, undefined and false are "not yet"', async () => {
  const fails = (): never => {
    throw new Error('no')
  }
  const answers = [
    fails,
    () => Promise.reject(new Error('no')),
    () => undefined,
    () => false,
    () => 0,
  ]
  expect(await waitFor('a number', () => answers.shift()?.())).toBe(0)
})

test('a wait ends with the last rejection as its cause, even if the probe never settles', async () => {
  const cause = new Error('refused')
  const answers = [() => Promise.reject(cause), () => new Promise<never>(() => {})]
  await expect(waitFor('a connection', () => answers.shift()?.(), soon)).rejects.toMatchObject({
    message: 'timed out after 50 ms waiting for a connection',
    cause,
  })
})
