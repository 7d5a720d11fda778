import { runProgram } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { consumer, delayedRetry, idempotent, inspect, rejectOrNack } from './programs.ts'

test.each([
  [idempotent, [], /\nMissing: <file>\n$/],
  [delayedRetry, ['--attempts', '5'], /Unknown argument: attempts/],
  [consumer, ['--attempts', '0'], /--attempts must be a whole number, 1 or more; got "0"/],
  [consumer, ['--delay-ms=-1'], /--delay-ms must be a number, 0 or more; got "-1"/],
  [inspect, ['word'], /Unknown argument: word/],
  [rejectOrNack, ['word'], /Unknown argument: word/],
])('%s %s is a usage error', async (program, args, message) => {
  const { code, stdout, stderr } = await runProgram(program, args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^pnpm retries .*\[options\]/)
  expect(stderr).toMatch(message)
})
