import { expect, test } from 'vitest'

import { DatabaseUnavailable } from '../src/storage/database.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { isUnavailable } from '../src/storage/postgres.ts'

function errorOf(code: string): Error {
  return Object.assign(new Error('of the driver'), { code })
}

test('a server whose host name cannot be resolved is unavailable', async () => {
  const url = 'postgres://no-such-host.invalid/orders'
  await expect(openDatabase(url)).rejects.toThrow(DatabaseUnavailable)
})

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '08006',
  '53300',
  '57P01',
  '57P03',
])('the error %s passes with the outage', (code) => {
  expect(isUnavailable(errorOf(code))).toBe(true)
})

test.each([
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
  'Query read timeout',
  'timeout exceeded when trying to connect',
])('the error "%s" passes with the outage', (message) => {
  expect(isUnavailable(new Error(message))).toBe(true)
})

test.each(['23505', '42P01', '53200', '40001', ''])('the error "%s" does not pass', (code) => {
  expect(isUnavailable(errorOf(code))).toBe(false)
})
