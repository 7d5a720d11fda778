import { expect, test } from 'vitest'

import { createLog } from '../src/logs/log.ts'

function linesOf(format: 'json' | 'text'): string[] {
  const lines: string[] = []
  const log = createLog({ level: 'info', format, write: (line) => lines.push(line) })
  log.debug('left out')
  log.info('shutting down')
  log.warn('tried again', { message_id: 'm1', order_id: 'o1' })
  return lines
}

test('a line of JSON has a time, a level, and the ids that it is about', () => {
  const [first, second] = linesOf('json').map((line) => JSON.parse(line) as unknown)
  const time = expect.stringMatching(/^\d{4}-.*Z$/) as string
  expect(first).toEqual({ time, level: 'info', message: 'shutting down' })
  expect(second).toEqual({
    time,
    level: 'warn',
    message: 'tried again',
    message_id: 'm1',
    order_id: 'o1',
  })
})

test('a line for people says the same', () => {
  expect(linesOf('text')).toEqual(['shutting down', 'warn: tried again message_id=m1 order_id=o1'])
})
