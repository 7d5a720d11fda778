import { Session, type SessionStatus } from '@messaging-patterns/shared'
import { TcpProxy, testBroker, waitFor, type TestBroker } from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect } from 'vitest'

import { fault } from './support/fault.ts'
import { complete, consume, Producer } from './support/traffic.ts'

let broker: TestBroker
let proxy: TcpProxy

beforeAll(async () => {
  broker = await testBroker()
  proxy = await TcpProxy.start(broker.url)
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await broker[Symbol.asyncDispose]()
})

async function open(statuses: SessionStatus['type'][] = []): Promise<Session> {
  return Session.open({
    url: proxy.url,
    heartbeat: 1,
    onStatus: ({ type }) => statuses.push(type),
  })
}

describe('nothing is lost when', () => {
  fault('both connections are cut under load', async ({ tally }) => {
    await using producing = await open()
    await using consuming = await open()
    const producer = new Producer(await producing.queue('cut'), tally)
    await using _subscription = await consume(consuming, 'cut', tally)
    await waitFor('the load', () => tally.received > 1000)
    proxy.cut()
    tally.fault()
    await waitFor('the recovery', () => tally.hasRecovered)
    await producer.finish()
    await complete(tally)
  })

  fault('both connections fall silent, which only the heartbeat notices', async ({ tally }) => {
    const statuses: SessionStatus['type'][] = []
    await using producing = await open(statuses)
    await using consuming = await open(statuses)
    const producer = new Producer(await producing.queue('silent'), tally)
    await using _subscription = await consume(consuming, 'silent', tally)
    await waitFor('the load', () => tally.received > 1000)
    proxy.silence()
    tally.fault()
    await waitFor('the recovery', () => tally.hasRecovered)
    expect(statuses).toContain('disconnected')
    await producer.finish()
    await complete(tally)
  })
})
