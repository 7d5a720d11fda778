import { brokerForFile } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { deliveriesOn, outputOn, rejectOrNack } from './programs.ts'

const broker = brokerForFile()
const { linesOf } = outputOn(broker)

test('the broker counts a reject, but before 4.3 a nack as well', async () => {
  expect(await linesOf(rejectOrNack)).toEqual(deliveriesOn(broker.version))
})
