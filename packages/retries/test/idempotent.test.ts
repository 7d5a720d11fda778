import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { brokerForEachTest, programsOn } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { consumer, idempotent, outputOn, producer } from './programs.ts'

// Each test has an empty broker, because the tests are about the messages that are left in queues.
const broker = brokerForEachTest()
const { run } = programsOn(broker)
const { linesOf } = outputOn(broker)

describe('a duplicate', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retries-'))
    file = join(folder, 'done.txt')
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  /** A program that dies between its work and its ack, then the lines of its successor. */
  async function crash(program: string, ...args: string[]): Promise<readonly string[]> {
    await run(producer, 'crash', 'cake')
    const victim = await run(program, ...args)
    expect(victim).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(victim.stdout).toBe('crash cake done (attempt 1)\n')
    return linesOf(program, '--count', '1', ...args)
  }

  test('arrives if a consumer dies before its ack, and the work is done twice', async () => {
    expect(await crash(consumer)).toEqual(['crash cake done (attempt 2)'])
  })

  test('is skipped by an idempotent consumer, which remembers what was done', async () => {
    expect(await crash(idempotent, file)).toEqual(['crash cake skipped (attempt 2): already done'])
  })

  test('arrives if a producer sends the message again, and is recognized by its id', async () => {
    expect(await linesOf(producer, '--twice', 'tea')).toEqual(['tea sent', 'tea sent again'])
    expect(await linesOf(consumer, '--count', '2')).toEqual(Array(2).fill('tea done (attempt 1)'))
    await run(producer, '--twice', 'tea')
    expect(await linesOf(idempotent, file, '--count', '2')).toEqual([
      'tea done (attempt 1)',
      'tea skipped (attempt 1): already done',
    ])
  })

  test('is not the same as a retry: a flaky message is done although it was delivered before', async () => {
    await run(producer, 'flaky')
    expect(await linesOf(idempotent, file, '--count', '2')).toEqual([
      'flaky failed (attempt 1): Error: the oven is busy; retry in 1000 ms',
      'flaky done (attempt 2)',
    ])
  })

  test('is not seen in a message without an id: each of them is done', async () => {
    await run(producer, 'first')
    // Our own session would choose an id.
    const connection = await connect(broker.url)
    const channel = await connection.createConfirmChannel()
    const options = { contentType: 'text/plain' }
    for (const body of ['tea', 'cake']) channel.sendToQueue('retries', Buffer.from(body), options)
    await channel.waitForConfirms()
    await connection.close()
    const lines = await linesOf(idempotent, file, '--count', '3')
    expect(lines).toEqual(['first', 'tea', 'cake'].map((body) => `${body} done (attempt 1)`))
  })
})
