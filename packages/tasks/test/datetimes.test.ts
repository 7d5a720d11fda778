import { brokerForEachTest } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { callFromPython, python } from './celery.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()

describe.skipIf(python === undefined)('a datetime in the canvas of a Python client', () => {
  test('delays the call that our worker makes: the next of a chain, and a linked one', async () => {
    await using program = await TestProgram.on(broker)
    const started: number[] = []
    program.tasks.define('ts.first', () => 'first')
    program.tasks.define('ts.later', () => void started.push(Date.now()))
    await program.work()
    const later = { task: ['ts.later'], eta: 2 }
    const canvas = { chain: [{ task: ['ts.first'], link: later }, later] }
    const before = Date.now()
    expect(await callFromPython(broker, 'canvas', canvas)).toMatchObject({ state: 'SUCCESS' })
    await expect.poll(() => started).toHaveLength(2)
    for (const at of started) expect(at - before).toBeGreaterThan(2000)
  })

  test('expires the call that our worker makes', async () => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('ts.first', () => 'first')
    program.tasks.define('ts.late', () => 'late')
    await program.work()
    // Another task follows, so that the worker reports the expired call, and the broker does not drop it.
    const canvas = { chain: [['ts.first'], { task: ['ts.late'], expires: -1 }, ['ts.late']] }
    expect(await callFromPython(broker, 'canvas', canvas)).toMatchObject({
      error: 'TaskRevokedError',
      args: ['expired'],
    })
  })
})
