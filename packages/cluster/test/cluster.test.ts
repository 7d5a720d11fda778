import { Session } from '@messaging-patterns/shared'
import {
  freePort,
  Program,
  runProgram,
  testBroker,
  type TestBroker,
} from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { preferCluster } from '../src/nodes.ts'

// What becomes of the lesson when nodes of a real cluster fail is tests/faults' to show.
const producer = 'packages/cluster/src/producer.ts'
const consumer = 'packages/cluster/src/consumer.ts'

let broker: TestBroker
let urls: string

beforeAll(async () => {
  broker = await testBroker()
  // Of these nodes the first is not there.
  urls = `amqp://127.0.0.1:${await freePort()},${broker.url}`
})

afterAll(async () => {
  await broker[Symbol.asyncDispose]()
})

describe('the cluster lesson', () => {
  test('takes the next node of its list when the first is not there', async () => {
    const sent = await runProgram(producer, ['--count', '1000'], { AMQP_URL: urls })
    expect(sent.code).toBe(0)
    expect(sent.stderr).toMatch(/^the longest wait for a confirm was \d+ ms\n$/)
    const received = await runProgram(consumer, ['--count', '1000'], { AMQP_URL: urls })
    expect(received.code).toBe(0)
    expect(received.stdout).toBe(sent.stdout.replaceAll(' sent\n', ' received\n'))
    expect(received.stderr).toMatch(/^1000 messages, and 0 that had come before$/m)
  })

  test('looks for the three nodes of its compose file when nobody says otherwise', () => {
    vi.stubEnv('AMQP_URL', undefined)
    preferCluster()
    const ports = [...(process.env['AMQP_URL'] ?? '').matchAll(/localhost:(\d+)/g)]
    expect(ports.map(([, port]) => port)).toEqual(['5681', '5682', '5683'])
    vi.unstubAllEnvs()
  })

  test('prints a message once that comes twice, and counts it', async () => {
    await using waiting = new Program(consumer, ['--count', '3'], { AMQP_URL: broker.url })
    await waiting.says(/waiting for messages in "cluster"/)
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('cluster')
    for (const messageId of ['a', 'b', 'a', 'c']) await queue.send(messageId, { messageId })
    const { code, stdout, stderr } = await waiting.ends()
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'a received\nb received\nc received\n' })
    expect(stderr).toContain('3 messages, and 1 that had come before')
  })
})
