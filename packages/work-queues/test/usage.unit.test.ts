import { runProgram } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { consumer, producer } from './programs.ts'

test.each([
  [consumer, ['word'], /Unknown argument: word/],
  [consumer, ['--work-ms', 'slow'], /--work-ms must be a number, 0 or more; got "slow"/],
  [consumer, ['--prefetch=-1'], /--prefetch must be a whole number, 0 or more; got "-1"/],
  // The protocol would send 0 instead, which turns the limit off.
  [consumer, ['--prefetch', '0.5'], /--prefetch must be a whole number, 0 or more; got "0.5"/],
  // Node would not wait at all.
  [consumer, ['--work-ms', '1e10'], /--work-ms must be at most 2147483647; got "10000000000"/],
  [consumer, ['--work-ms', 'Infinity'], /--work-ms must be at most 2147483647; got "Infinity"/],
  [consumer, ['--forget-ack', '--auto-ack'], /mutually exclusive/],
  [producer, ['--work-ms', '5'], /Unknown argument: work-ms/],
  [producer, ['--count', '1.5'], /--count must be a whole number, 1 or more; got "1.5"/],
])('%s %s is a usage error', async (program, args, message) => {
  const { code, stdout, stderr } = await runProgram(program, args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^pnpm work-queues .*\[options\]/)
  expect(stderr).toMatch(message)
})
