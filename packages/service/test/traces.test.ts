import { freePort, testBroker, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { consumers } from '../src/roles/consumers.ts'
import { roleNames } from '../src/roles/role-names.ts'
import { startCollector, type Span } from './collector.ts'
import { serverUrl, testDatabase } from './database.ts'
import { expectGracefulEnd, startProcess } from './kill.ts'
import { Shop } from './shop.ts'

/** The messages of an order that is completed, each with the one that has caused it. */
const causes = {
  'send orders:order.placed': 'POST /orders',
  'process orders:order.placed:orders.payment': 'send orders:order.placed',
  'process orders:order.placed:orders.stock': 'send orders:order.placed',
  'process orders:order.placed:orders.projection': 'send orders:order.placed',
  'send orders:payment.taken': 'process orders:order.placed:orders.payment',
  'process orders:payment.taken:orders.saga': 'send orders:payment.taken',
  'send orders:stock.reserved': 'process orders:order.placed:orders.stock',
  'process orders:stock.reserved:orders.saga': 'send orders:stock.reserved',
  'process orders:order.confirmed:orders.mail': 'send orders:order.confirmed',
  'send orders:mail.sent': 'process orders:order.confirmed:orders.mail',
  'process orders:mail.sent:orders.saga': 'send orders:mail.sent',
  'process orders:mail.sent:orders.projection': 'send orders:mail.sent',
}

test('an order is one trace, from the request through the outbox to the last consumer', async () => {
  await using collector = await startCollector()
  await using broker = await testBroker()
  await using database = await testDatabase()
  const PORT = String(await freePort())
  const shop = new Shop(() => `http://127.0.0.1:${PORT}`)
  // On PostgreSQL, consumers and relay are in another process than the API.
  const processes = (
    serverUrl === undefined ? [''] : ['api', roleNames.filter((name) => name !== 'api').join()]
  ).map((ROLES) =>
    startProcess(
      { databaseUrl: database.url, amqpUrl: broker.url },
      {
        PORT: ROLES.startsWith('relay') ? '0' : PORT,
        ROLES,
        TRACES: 'memory',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    ),
  )
  try {
    const id = await shop.place('tea')
    await shop.end(id)
    const isLast = ({ name }: Span): boolean =>
      name === 'process orders:mail.sent:orders.projection'
    await waitFor('the last span', () => collector.spans.some(isLast))
    if (serverUrl === undefined) await expectTree(`http://127.0.0.1:${PORT}/orders/${id}/trace`)
    for (const each of processes) await expectGracefulEnd(each)
    expectTrace(collector.spans)
  } finally {
    for (const each of processes) await each[Symbol.asyncDispose]()
  }
})

/** The requests of the test for the state of the order are traces of their own. */
function expectTrace(spans: readonly Span[]): void {
  const traceId = spans.find(({ name }) => name === 'POST /orders')?.traceId
  const trace = spans.filter((span) => span.traceId === traceId)
  const parentOf = ({ parentSpanId }: Span): Span | undefined =>
    trace.find(({ spanId }) => spanId === parentSpanId)
  const found = trace.map((span) => [span.name, parentOf(span)?.name])
  expect(Object.fromEntries(found)).toMatchObject(causes)
  // The events of payment and stock arrive in any order; the second one confirms the order.
  expect(
    parentOf(trace.find(({ name }) => name === 'send orders:order.confirmed') as Span)?.name,
  ).toMatch(/^process orders:(payment.taken|stock.reserved):orders.saga$/)
  const names = trace.map(({ name }) => name)
  expect(names.filter((name) => name.startsWith('process ')).toSorted()).toEqual(
    names.flatMap(handlersOf).toSorted(),
  )
  // Each handler has its statements below it, and the request has the ones that stored the order.
  for (const span of trace.filter(({ name }) => /^(POST|process)/.test(name))) {
    const below = trace.filter((each) => descends(each, span, trace))
    expect({ span: span.name, inserts: below.filter(isInsert).length > 0 }).toEqual({
      span: span.name,
      inserts: true,
    })
  }
  // The relay and the health checks ask all the time, and must not be noise.
  expect(
    spans.filter((span) => span.parentSpanId === undefined && !/^(GET|POST) /.test(span.name)),
  ).toEqual([])
}

/** The spans of all consumers that receive the event of this span, if it is one that sends an event. */
function handlersOf(sending: string): string[] {
  return consumers
    .filter(({ events }) => events.some((event) => sending === `send orders:${event}`))
    .map(({ name }) => `${sending.replace('send', 'process')}:orders.${name}`)
}

function descends(span: Span, from: Span, all: readonly Span[]): boolean {
  return (
    span.parentSpanId === from.spanId ||
    all.some(
      (each) =>
        each.spanId === span.parentSpanId &&
        each.name.startsWith('pg') &&
        each.parentSpanId === from.spanId,
    )
  )
}

function isInsert({ attributes }: Span): boolean {
  return attributes.some(
    ({ key, value }) =>
      /^db\.(query\.text|statement)$/.test(key) &&
      (value as { stringValue: string }).stringValue.startsWith('insert into'),
  )
}

async function expectTree(url: string): Promise<void> {
  const response = await fetch(url)
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  const text = await response.text()
  expect(text.split('\n').slice(0, 4)).toEqual([
    expect.stringMatching(/^trace [0-9a-f]{32}$/),
    expect.stringMatching(/^POST \/orders +\+0 ms +[\d.]+ ms$/),
    expect.stringMatching(/^├─ \d+ SQL statements +[\d.]+ ms$/),
    expect.stringMatching(/^└─ send orders:order.placed +\+\d+ ms +[\d.]+ ms$/),
  ])
  expect(text).toMatch(/^ .*[├└]─ process orders:mail.sent:orders.saga /m)
}
