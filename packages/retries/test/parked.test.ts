import { Session } from '@messaging-patterns/shared'
import { brokerForEachTest, Program, programsOn, TcpProxy } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { consumer, inspect, outputOn, producer, replay } from './programs.ts'

const quickly = ['--delay-ms', '100']
const uuid = /[0-9a-f-]{36}/

// Each test has an empty broker, because the tests are about the messages that are left in queues.
const broker = brokerForEachTest()
const { run } = programsOn(broker)
const { linesOf, factsOf } = outputOn(broker)

describe('a parked message', () => {
  test('is listed with the reason, the time and every attempt, and stays parked', async () => {
    await run(producer, 'fail', 'toast')
    await run(producer, '--broken', 'half')
    await run(consumer, '--count', '4', ...quickly)
    const lines = await linesOf(inspect)
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`
    const id = uuid.source
    const wanted = [
      `${id} "half" parked from "retries" at ${time}: body-refused`,
      `  ${time} attempt 1: MessagingError: the content type is application/json, but .*`,
      `${id} "fail toast" parked from "retries" at ${time}: attempts-used-up`,
      `  ${time} attempt 1: Error: the oven is broken`,
      `  ${time} attempt 2: Error: the oven is broken`,
      `  ${time} attempt 3: Error: the oven is broken`,
    ]
    expect(lines).toEqual(wanted.map((each) => expect.stringMatching(new RegExp(`^${each}$`))))
    // Looking at them changes neither the messages nor their order.
    for (let i = 0; i < 3; i++) expect(await linesOf(inspect)).toEqual(lines)
    const one = await run(inspect, '--count', '1')
    expect(one.stdout.split('\n').slice(0, -1)).toEqual(lines.slice(0, 2))
    expect(one.stderr).toBe('1 listed\n')
  })

  test('is sent back alone or with the others, and its attempts start over', async () => {
    for (const what of ['toast', 'cake', 'pie']) await run(producer, 'fail', what)
    await run(consumer, '--count', '3', '--attempts', '1')
    const cake = (await factsOf(inspect)).find(({ body }) => body === 'fail cake')
    const one = await linesOf(replay, String(cake?.['id']))
    expect(one).toEqual(['fail cake sent back to "retries"'])
    expect(await linesOf(consumer, '--count', '1')).toEqual([
      'fail cake failed (attempt 1): Error: the oven is broken; retry in 1000 ms',
    ])
    const rest = await linesOf(replay, '--all')
    expect(rest).toEqual(['fail toast sent back to "retries"', 'fail pie sent back to "retries"'])
    expect((await run(inspect)).stderr).toBe('nothing is parked\n')
    expect(await linesOf(consumer, '--count', '3', '--fixed')).toEqual(
      expect.arrayContaining(['fail toast done (attempt 1)', 'fail cake done (attempt 2)']),
    )
    expect((await run(replay, '--all')).stderr).toBe('0 still parked\n')
  })

  test('is not sent back by an unknown id, or when no message is named', async () => {
    await run(producer, 'fail')
    await run(consumer, '--count', '1', '--attempts', '1')
    const unknown = await run(replay, 'no-such-id')
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: not parked: no-such-id\n',
    })
    for (const args of [[], ['--all', 'id']])
      expect(await run(replay, ...args)).toMatchObject({
        code: 1,
        stderr: 'error: say which messages: ids from inspect, or --all\n',
      })
    expect(await factsOf(inspect)).toHaveLength(2)
  })

  test('may have been put there by hand', async () => {
    await linesOf(inspect)
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('', 'direct')
    await exchange.publish('retries.parked', 'by hand')
    const [parked] = await factsOf(inspect)
    expect(parked).toMatchObject({ body: 'by hand', reason: 'put here by hand' })
    const id = String(parked?.['id'])
    for (const named of ['--all', id])
      expect(await run(replay, named)).toMatchObject({
        code: 1,
        stderr: `error: ${id} stays parked: it came from "?"\n`,
      })
  })

  test('may have a header of the broker that makes no sense', async () => {
    await linesOf(inspect)
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('', 'direct')
    const odd = { headers: { 'x-death': [{ time: 'noon' }] } }
    await exchange.publish('retries.parked', 'odd', odd)
    await exchange.publish('retries.parked', 'behind it')
    expect(await factsOf(inspect)).toMatchObject([
      { body: 'odd', at: '?', from: '?' },
      { body: 'behind it' },
    ])
  })

  test('that replay did not reach before Ctrl-C is not reported as missing', async () => {
    for (const what of ['toast', 'cake']) await run(producer, 'fail', what)
    await run(consumer, '--count', '2', '--attempts', '1')
    const parked = (await factsOf(inspect)).filter(({ event }) => event === 'parked')
    const ids = parked.map(({ id }) => String(id))
    await using proxy = await TcpProxy.start(broker.url)
    const basicPublish = Buffer.from([0, 60, 0, 40])
    const holding = proxy.holdAfter(basicPublish)
    await using replaying = new Program(replay, ids, { AMQP_URL: proxy.url })
    const release = await holding
    replaying.signal('SIGINT')
    await replaying.says(/shutting down gracefully/)
    release()
    const { code, stdout, stderr } = await replaying.ends()
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'fail toast sent back to "retries"\n' })
    expect(stderr).not.toContain('error')
  })
})
