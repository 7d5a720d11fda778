import {
  attemptsOf,
  inFlight,
  parkedOf,
  parkingQueueOptions,
  Session,
  type Delivery,
  type Parked,
  type Queue,
} from '@messaging-patterns/shared'
import { waitFor } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { expect } from 'vitest'

/** Milliseconds to wait after the first failure, and after the second. */
export const delays = [1000, 2000]

/** What happened to many messages, a tenth of which fails once, and a hundredth every time. */
export interface Flood {
  /** The numbers of the messages in the order of their first attempts. */
  readonly firsts: readonly number[]
  /** How often each message was done. */
  readonly done: ReadonlyMap<number, number>
  readonly parked: ReadonlyMap<number, Parked>
  /** For each attempt after a failure, how many milliseconds late it was. */
  readonly late: readonly number[]
  /** The same for plain messages that were sent when the delay was over. */
  readonly plainLate: readonly number[]
  /** For each message, the milliseconds from sending it to its first attempt. */
  readonly waited: readonly number[]
}

const always = (n: number): boolean => n % 100 === 0
const once = (n: number): boolean => n % 10 === 5

/** Sends numbered messages, at most 50 ahead of the handler, and handles them with retries. */
export async function flood(url: string, messages: number): Promise<Flood> {
  await using sending = await Session.open({ url })
  await using receiving = await Session.open({ url })
  const plain = await Plain.open(sending, receiving)
  const seen = new Sightings(plain)
  const queue = await receiving.queue('flood')
  await queue.consume((delivery) => seen.handle(delivery), {
    prefetch: 50,
    retry: { attempts: 3, delay: { from: 1000, factor: 2 } },
    onFailure: () => {},
  })

  const target = await sending.queue('flood')
  const numbers = Array.from({ length: messages }, (_, n) => n)
  const oneByOne = inFlight(numbers, (n) => seen.send(target, n), { window: 50 })
  while ((await oneByOne.next()).done !== true);

  const hopeless = numbers.filter(always).length
  const parking = await receiving.queue('flood.parked', parkingQueueOptions)
  const all = `${messages - hopeless} messages done and ${hopeless} parked`
  await waitFor(
    all,
    async () =>
      seen.done.size >= messages - hopeless && (await parking.count()).messages >= hopeless,
  )
  await nothingLeft(url)
  await waitFor('the plain messages', () => plain.late.length === seen.late.length)
  const { firsts, done, late, waited } = seen
  return { firsts, done, late, plainLate: plain.late, waited, parked: await take(parking) }
}

/**
 * The yardstick for retries. A busy machine makes every message late. So for each message that
 * fails, a plain message is sent through a queue when the delay is over.
 */
class Plain {
  readonly late: number[] = []
  readonly #queue: Queue

  private constructor(queue: Queue) {
    this.#queue = queue
  }

  static async open(sending: Session, receiving: Session): Promise<Plain> {
    const plain = new Plain(await sending.queue('plain'))
    const queue = await receiving.queue('plain')
    await queue.consume((delivery) => plain.#arrived(delivery), { prefetch: 50 })
    return plain
  }

  async send(delay: number): Promise<void> {
    await this.#queue.send({ delay, dueAt: performance.now() + delay })
  }

  #arrived(delivery: Delivery): void {
    const { delay, dueAt } = delivery.body as { delay: number; dueAt: number }
    if (delay === 0) this.late.push(performance.now() - dueAt)
    else setTimeout(() => void this.#queue.send({ delay: 0, dueAt }), delay)
  }
}

/** What the handler saw. */
class Sightings {
  readonly firsts: number[] = []
  readonly done = new Map<number, number>()
  readonly late: number[] = []
  readonly waited: number[] = []
  readonly #plain: Plain
  readonly #dueAt = new Map<number, number>()
  readonly #handled = new Map<number, () => void>()

  constructor(plain: Plain) {
    this.#plain = plain
  }

  /** Resolves when the message has been sent and has had its first attempt. */
  async send(queue: Queue, n: number): Promise<void> {
    const handled = new Promise<void>((resolve) => this.#handled.set(n, resolve))
    const sent = performance.now()
    await Promise.all([queue.send({ n }, { messageId: `id-${n}` }), handled])
    this.waited.push(performance.now() - sent)
  }

  handle(delivery: Delivery): void {
    const { n } = delivery.body as { n: number }
    const attempt = attemptsOf(delivery).length + 1
    const now = performance.now()
    const dueAt = this.#dueAt.get(n)
    if (dueAt === undefined) this.firsts.push(n)
    else this.late.push(now - dueAt)
    this.#handled.get(n)?.()
    if (always(n) || (once(n) && attempt === 1)) {
      const delay = delays[attempt - 1]
      if (delay !== undefined) {
        this.#dueAt.set(n, now + delay)
        void this.#plain.send(delay)
      }
      throw new Error(`attempt ${attempt} at ${n}`)
    }
    this.done.set(n, (this.done.get(n) ?? 0) + 1)
  }
}

async function take(parking: Queue): Promise<Map<number, Parked>> {
  const parked = new Map<number, Parked>()
  for (let next = await parking.get(); next !== undefined; next = await parking.get()) {
    const about = parkedOf(next)
    const { n } = next.body as { n: number }
    if (about === undefined || parked.has(n)) throw new Error(`${n} is parked wrongly`)
    if (next.messageId !== `id-${n}`) throw new Error(`${n} has the id ${next.messageId}`)
    parked.set(n, about)
    next.ack()
  }
  return parked
}

/** Waits until the work queue and the delay queues are empty. */
async function nothingLeft(url: string): Promise<void> {
  const connection = await connect(url)
  const channel = await connection.createChannel()
  for (const name of ['flood', ...delays.map((delay) => `flood.retry.${delay}`)])
    await waitFor(`no message in ${name}`, async () => {
      const { messageCount } = await channel.checkQueue(name)
      return messageCount === 0
    })
  await connection.close()
}

/** Checks the promises of `retry` against what happened. */
export function checkFlood(
  { firsts, done, parked, late, plainLate, waited }: Flood,
  messages: number,
): void {
  const numbers = Array.from({ length: messages }, (_, n) => n)
  const hopeless = numbers.filter(always)

  // No message is lost and none arrives twice: each one is done once, or parked.
  expect([...done.keys()].toSorted((a, b) => a - b)).toEqual(numbers.filter((n) => !always(n)))
  expect([...done.values()].every((times) => times === 1)).toBe(true)
  expect([...parked.keys()].toSorted((a, b) => a - b)).toEqual(hopeless)

  // No message waits for an earlier one: first attempts come soon, and in the order of sending.
  expect(firsts).toEqual(numbers)
  expect(waited.toSorted((a, b) => a - b)[messages / 2]).toBeLessThan(Math.min(...delays) / 2)

  // A tenth has one more attempt, and a hundredth two more. None is too early, and none too late:
  // if the machine delays plain messages by more than a tenth of a second, retries may be that
  // late, too.
  expect(late).toHaveLength(messages / 10 + (2 * messages) / 100)
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-2)
  const busy = Math.max(0, Math.max(...plainLate) - 100)
  expect(Math.max(...late)).toBeLessThan(1000 + busy)

  for (const n of hopeless) {
    const about = parked.get(n)
    expect(about).toMatchObject({ reason: 'attempts-used-up', from: 'flood' })
    expect(about?.attempts.map(({ error, delay }) => ({ error, delay }))).toEqual([
      { error: `Error: attempt 1 at ${n}`, delay: 1000 },
      { error: `Error: attempt 2 at ${n}`, delay: 2000 },
      { error: `Error: attempt 3 at ${n}`, delay: undefined },
    ])
    const times = about?.attempts.map(({ at }) => Date.parse(at)) ?? []
    expect(times.at(-1)).toBe(Date.parse(about?.at ?? ''))
    for (const [i, delay] of delays.entries()) {
      const gap = (times[i + 1] ?? 0) - (times[i] ?? 0)
      expect(gap).toBeGreaterThanOrEqual(delay - 2)
      expect(gap).toBeLessThan(delay + 500 + busy)
    }
  }
}
