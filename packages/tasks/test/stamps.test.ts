import { brokerForEachTest } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { currentTask } from '../src/index.ts'
import { callFromPython, python } from './celery.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

describe.skipIf(python === undefined)('the stamps of a Python client', () => {
  test('reach each task of a canvas that our workers call', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.stamps', (before: unknown = []) => {
      const { stamped_headers: names, stamps } = currentTask().headers
      return [before, { names, stamps }]
    })
    await program.work()
    const stamped = { names: ['month'], stamps: { month: 'may' } }
    const each = ['ts.stamps']
    const canvas = { chain: [each, each, { group: [each, each] }, each] }
    const second = [[[], stamped], stamped]
    const both = [
      [second, stamped],
      [second, stamped],
    ]
    expect(
      await callFromPython(broker, 'canvas', canvas, { stamps: { month: 'may' } }),
    ).toMatchObject({ value: [both, stamped] })
  })
})
