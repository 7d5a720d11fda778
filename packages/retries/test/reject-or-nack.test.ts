import { isOlder } from '@messaging-patterns/shared'
import { brokerForFile } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { outputOn, rejectOrNack } from './programs.ts'

const broker = brokerForFile()
const { linesOf } = outputOn(broker)

test('the broker counts a reject, but not a nack', async (context) => {
  if (isOlder(broker.version, '4.3')) return context.skip('before 4.3 a quorum queue counts both')
  expect(await linesOf(rejectOrNack)).toEqual([
    'reject: delivered 4 times, then dead-lettered',
    'nack: delivered 50 times, and it would never stop',
  ])
})
