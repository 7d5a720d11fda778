import { describe, expect, it } from 'vitest'

import { ManualClock } from '../support/manual-clock.ts'
import {
  settled,
  testBench,
  type Bench,
  type ConnectOptions,
  type ScriptedClient,
} from '../support/scripted-client.ts'

/** Each reading takes a tenth of a millisecond, as if there had been work in between. */
class WorkingClock extends ManualClock {
  override now(): number {
    this.advance(0.1)
    return super.now()
  }
}

async function connected(
  bench: Bench,
  options: ConnectOptions = { highWaterMark: 10_000_000 },
): Promise<ScriptedClient> {
  const client = bench.connect(options)
  await client.open()
  await client.openChannel()
  return client
}

/** Sends `count` messages in one chunk, as those of a busy client arrive. */
function burst(
  client: ScriptedClient,
  count: number,
  { exchange = '', routingKey = '' }: { readonly exchange?: string; readonly routingKey?: string },
): void {
  const publish = { ticket: 0, exchange, routingKey, mandatory: false, immediate: false }
  const content = { properties: {}, encodedProperties: undefined, body: new Uint8Array(10) }
  for (let i = 0; i < count; i++) {
    client.frames.method(1, 'basic.publish', publish)
    client.frames.content(1, content)
  }
  client.raw(Buffer.concat(client.frames.take()))
}

/** Resolves in the next turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function depths({ broker }: Bench): number[] {
  return (broker.snapshot().vhosts[0]?.queues ?? []).map(({ ready }) => ready)
}

/** What the queues had after each turn of the event loop, until it is `done`. */
async function watch(bench: Bench, done: (depths: readonly number[]) => boolean) {
  const seen: number[][] = []
  for (let i = 0; i < 5000; i++) {
    const now = depths(bench)
    seen.push(now)
    if (done(now)) return seen
    await nextTurn()
  }
  throw new Error(`it ended with ${JSON.stringify(seen.at(-1))}`)
}

function increments(counts: readonly number[]): number[] {
  return counts.map((count, index) => count - (counts[index - 1] ?? 0))
}

describe('a busy client', () => {
  it('leaves the others their turn: one that asks later is answered before it is done', async () => {
    await using bench = testBench({ clock: new WorkingClock() })
    const [busy, quiet] = [await connected(bench), await connected(bench)]
    await busy.declare('q')
    burst(busy, 5000, { routingKey: 'q' })
    await nextTurn()
    const declare = { ticket: 0, queue: 'q', passive: true, durable: false, exclusive: false }
    const rest = { autoDelete: false, noWait: false, arguments: new Map() }
    quiet.send(1, 'queue.declare', { ...declare, ...rest })
    const { messageCount } = await quiet.expect('queue.declare-ok')
    expect(messageCount).toBeLessThan(1000)
    await watch(bench, ([ready]) => ready === 5000)
  })

  it('takes turns with others that are busy, however many they are', async () => {
    await using bench = testBench({ clock: new WorkingClock() })
    const clients = [await connected(bench), await connected(bench), await connected(bench)]
    for (const [index, client] of clients.entries()) await client.declare(`q${index}`)
    for (const [index, client] of clients.entries())
      burst(client, 2000, { routingKey: `q${index}` })
    const turns = await watch(bench, (ready) => ready.every((count) => count === 2000))
    expect(turns.length).toBeGreaterThan(20)
    for (const ready of turns.slice(0, turns.length / 2))
      expect(Math.max(...ready) - Math.min(...ready)).toBeLessThan(500)
    const sums = turns.map((ready) => ready.reduce((sum, count) => sum + count, 0))
    expect(Math.max(...increments(sums))).toBeLessThan(500)
  })

  it('leaves the others their turn after 256 KiB, even if handling them takes no time', async () => {
    await using bench = testBench()
    const client = await connected(bench, {})
    await client.declare('q')
    for (let i = 0; i < 50; i++) client.publish('q', new Uint8Array(60_000))
    const turns = await watch(bench, ([ready]) => ready === 50)
    expect(Math.max(...increments(turns.map(([ready = 0]) => ready)))).toBeLessThan(10)
  })

  it('has fewer messages in a turn where each of them goes to many queues', async () => {
    await using bench = testBench({ clock: new WorkingClock() })
    const client = await connected(bench)
    for (let i = 0; i < 50; i++) {
      await client.declare(`q${i}`)
      client.send(1, 'queue.bind', {
        ticket: 0,
        queue: `q${i}`,
        exchange: 'amq.fanout',
        routingKey: '',
        noWait: true,
        arguments: new Map(),
      })
    }
    await settled()
    burst(client, 200, { exchange: 'amq.fanout' })
    const turns = await watch(bench, ([ready]) => ready === 200)
    expect(Math.max(...increments(turns.map(([ready = 0]) => ready)))).toBeLessThan(25)
  })
})
