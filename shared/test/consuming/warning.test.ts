import { brokerForFile, TcpProxy, waitFor } from '@messaging-patterns/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { Session, type Subscription } from '../../src/index.ts'

const broker = brokerForFile()
let warnings: string[] = []
const onWarning = ({ message }: Error): void => void warnings.push(message)

beforeEach(() => {
  warnings = []
  process.on('warning', onWarning)
})

afterEach(() => {
  process.off('warning', onWarning)
})

/** A subscription with three handlers, on a session that ends when its connection is lost. */
async function open() {
  const proxy = await TcpProxy.start(broker.url)
  const session = await Session.open({ url: proxy.url, reconnectFor: 0 })
  const queue = await session.queue('')
  const subscription = await queue.consume(() => {}, { concurrency: 3 })
  const end = async (): Promise<void> => {
    const waiting = expect(queue.send('waits for its confirm')).rejects.toThrow('lost')
    proxy.cut()
    await waiting
  }
  return {
    session,
    subscription,
    proxy,
    end,
    async [Symbol.asyncDispose]() {
      await session.close()
      await proxy[Symbol.asyncDispose]()
    },
  }
}

/** All warnings until now. */
async function warningsSoFar(): Promise<readonly string[]> {
  process.emitWarning('the last one')
  await waitFor('the last warning', () => warnings.includes('the last one'))
  return warnings.slice(0, -1)
}

async function failureOf(subscription: Subscription): Promise<unknown> {
  return subscription.finished().catch((error: unknown) => error)
}

test('a subscription that fails warns once, however many handlers it has', async () => {
  await using opened = await open()
  await opened.end()
  expect(await warningsSoFar()).toEqual([
    expect.stringMatching(/^a subscription ended: MessagingError: the connection .* lost/),
  ])
})

test('a subscription whose end the program awaits gives no warning', async () => {
  await using opened = await open()
  const failure = failureOf(opened.subscription)
  await opened.end()
  expect(await failure).toMatchObject({ code: 'CONNECTION_LOST' })
  expect(await warningsSoFar()).toEqual([])
})

test('a subscription gives no warning when the program awaits the end of its session', async () => {
  await using opened = await open()
  const { closed } = opened.session
  await opened.end()
  expect(await closed).toMatchObject({ code: 'CONNECTION_LOST' })
  expect(await warningsSoFar()).toEqual([])
})

test('a subscription that was cancelled has not failed when its session ends meanwhile', async () => {
  await using opened = await open()
  opened.proxy.silence()
  const cancelled = opened.subscription.cancel()
  await opened.end()
  await cancelled
  expect(await warningsSoFar()).toEqual([])
  expect(await failureOf(opened.subscription)).toBeUndefined()
})

test('many messages that are got at once give no warning', async () => {
  await using session = await Session.open({ url: broker.url })
  const queue = await session.queue('')
  await Promise.all(Array.from({ length: 20 }, () => queue.get()))
  expect(await warningsSoFar()).toEqual([])
})
