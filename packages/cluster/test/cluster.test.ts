import { readFileSync } from 'node:fs'

import { Session } from '@messaging-patterns/shared'
import { brokerForFile, freePort, Program, runProgram } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { beforeAll, describe, expect, test } from 'vitest'

import { nodes } from '../src/topology.ts'

// tests/faults shows what happens to these programs when nodes of a real cluster fail.
const producer = 'packages/cluster/src/producer.ts'
const consumer = 'packages/cluster/src/consumer.ts'

const broker = brokerForFile()
let urls: string

beforeAll(async () => {
  // The first of these nodes is down.
  urls = `amqp://127.0.0.1:${await freePort()},${broker.url}`
})

describe('the cluster lesson', () => {
  test('connects to the next node of its list when the first one is down', async () => {
    const sent = await runProgram(producer, ['--count', '1000'], { AMQP_URL: urls })
    expect(sent.code).toBe(0)
    expect(sent.stderr).toMatch(/^the longest wait for a confirm was \d+ ms\n$/)
    const received = await runProgram(consumer, ['--count', '1000'], { AMQP_URL: urls })
    expect(received.code).toBe(0)
    expect(received.stdout).toBe(sent.stdout.replaceAll(' sent\n', ' received\n'))
    expect(received.stderr).toMatch(/^different messages: 1000, duplicates: 0$/m)
  })

  test('has the addresses of the first three nodes of its compose file', () => {
    const file = readFileSync('docker-compose.cluster.yml', 'utf8')
    const ports = [...file.matchAll(/AMQP_PORT_\d:-(\d+)/g)].map(([, port]) => port)
    expect(nodes).toEqual(ports.slice(0, 3).map((port) => `amqp://localhost:${port}`))
  })

  test('names these nodes in its help as the ones that it uses by default', async () => {
    for (const program of [producer, consumer]) {
      const { stdout } = await runProgram(program, ['--help'])
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('else localhost on 5681, 5682, 5683]')
    }
  })

  test('prints a message once if it arrives twice, and counts the duplicate', async () => {
    await using waiting = new Program(consumer, ['--count', '3'], { AMQP_URL: broker.url })
    await waiting.says(/waiting for messages in "cluster"/)
    await using session = await Session.open({ url: broker.url })
    const queue = await session.queue('cluster')
    for (const messageId of ['a', 'b', 'a', 'c']) await queue.send(messageId, { messageId })
    const { code, stdout, stderr } = await waiting.ends()
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'a received\nb received\nc received\n' })
    expect(stderr).toContain('different messages: 3, duplicates: 1')
  })

  test('prints every message that has no id', async () => {
    await using waiting = new Program(consumer, ['--count', '2'], { AMQP_URL: broker.url })
    await waiting.says(/waiting for messages in "cluster"/)
    // Our own session would choose an id.
    const connection = await connect(broker.url)
    const channel = await connection.createConfirmChannel()
    for (const body of ['one', 'two']) channel.sendToQueue('cluster', Buffer.from(body))
    await channel.waitForConfirms()
    await connection.close()
    expect(await waiting.ends()).toMatchObject({ code: 0, stdout: 'one received\ntwo received\n' })
  })
})
