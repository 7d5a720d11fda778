import { expect, it } from 'vitest'

import { describeHistory } from '../../src/testing/history/describe-history.ts'
import { History } from '../../src/testing/history/history.ts'

it('says so if it has forgotten the beginning of a long test', () => {
  const history = new History()
  for (let i = 0; i < 100_002; i++) history.add({ at: i, what: 'other', details: `event ${i}` })
  const text = describeHistory(history, () => true)
  expect(text).toMatch(/^ {2}\(the first 2 events of the test are forgotten, and not counted\)\n/)
  expect(text).toMatch(/event 100001$/)
  history.clear(0)
  expect(describeHistory(history, () => true)).toBe('  nothing')
})
