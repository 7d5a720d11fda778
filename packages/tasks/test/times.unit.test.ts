import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { fromPython, type JsonObject } from '../src/protocol/json.ts'
import { callOf } from '../src/transport/dispatcher.ts'

// The tests must not depend on the time zone of the machine.
beforeEach(() => {
  vi.stubEnv('TZ', 'Asia/Tokyo')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const noon = new Date('2026-11-26T12:00:00Z')
const datetime = (value: string) => ({ __type__: 'datetime', __value__: value })

function call(options: JsonObject) {
  const signature = { task: 'ts.add', args: [], kwargs: {}, subtask_type: null, immutable: false }
  return callOf({ ...signature, options }, {})
}

test.each(['eta', 'expires'] as const)(
  'an %s in a signature is a text, or a Python datetime',
  (name) => {
    const texts = [
      '2026-11-26T12:00:00Z',
      '2026-11-26T12:00:00.000000+00:00',
      '2026-11-26T21:00:00+09:00',
      '2026-11-26T12:00:00',
    ]
    for (const text of texts)
      for (const value of [text, datetime(text)])
        expect(call({ [name]: value })[name], JSON.stringify(value)).toEqual(noon)
    expect(call({ [name]: null })[name]).toBeUndefined()
    expect(call({})[name]).toBeUndefined()
  },
)

test('a number of seconds is counted from now', () => {
  vi.useFakeTimers({ now: noon.getTime() - 1500 })
  try {
    expect(call({ countdown: 1.5, expires: 1.5 })).toMatchObject({ eta: noon, expires: noon })
  } finally {
    vi.useRealTimers()
  }
})

test.each(['eta', 'expires'])('an %s that is not a time is refused', (name) => {
  for (const value of ['tomorrow', datetime('tomorrow'), { at: 'noon' }, true])
    expect(() => call({ [name]: value })).toThrow(
      new TypeError(`the ${name} is not a time: ${JSON.stringify(value)}`),
    )
})

test('a datetime without an offset is UTC in arguments and results, too', () => {
  expect(fromPython([datetime('2026-11-26T12:00:00')])).toEqual([noon])
})
