import type { Message, Movement, Queue } from './update.ts'
import { duration, exchangeName } from './words.ts'

/** Something that happened to a message, and when, in milliseconds of the broker's time. */
export interface Occurrence {
  readonly time: number
  readonly text: string
}

/** What has happened to each message, in words. */
export class History {
  readonly #limit: number
  readonly #occurrences = new Map<number, Occurrence[]>()

  constructor(limit = 5000) {
    this.#limit = limit
  }

  of(message: number): readonly Occurrence[] {
    return this.#occurrences.get(message) ?? []
  }

  add(movement: Movement, time: number, nameOf: (program: string) => string): void {
    if (movement.type === 'purged') return
    const { message } = movement
    const all = this.#occurrences.get(message) ?? []
    all.push({ time, text: wordsFor(movement, nameOf) })
    this.#occurrences.set(message, all)
    // A map keeps its order, so the first key is that of the oldest message.
    for (const oldest of this.#occurrences.keys()) {
      if (this.#occurrences.size <= this.#limit) break
      this.#occurrences.delete(oldest)
    }
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['maxlen', 'dropped because the queue is full'],
  ['delivery_limit', 'given up after too many deliveries'],
])

function wordsFor(
  movement: Exclude<Movement, { readonly type: 'purged' }>,
  nameOf: (program: string) => string,
): string {
  const nameOr = (other: string, program?: string): string =>
    program === undefined ? other : nameOf(program)
  switch (movement.type) {
    case 'published': {
      const by = nameOr('the broker or an unknown program', movement.program)
      const to = movement.exchange === '' ? 'the default exchange' : movement.exchange
      return `published by ${by} to ${to}, key "${movement.routingKey}"`
    }
    case 'unroutable':
      return movement.refused === true
        ? 'refused, because the queue is full'
        : `reached no queue from ${exchangeName(movement.exchange)}`
    case 'routed':
      return `routed to ${movement.queue}`
    case 'delivered': {
      const how = movement.redelivered ? 'redelivered' : 'delivered'
      return `${how} from ${movement.queue} to ${nameOr('a consumer', movement.program)}`
    }
    case 'acked':
      return `acknowledged in ${movement.queue}`
    case 'requeued':
      return `requeued in ${movement.queue}`
    case 'dead-lettered':
      return `${reasons.get(movement.reason) ?? movement.reason} in ${movement.queue}`
  }
}

interface Death {
  readonly queue?: unknown
  readonly reason?: unknown
  readonly count?: unknown
  readonly time?: unknown
}

/** The header x-death in plain words, the earliest death first. */
export function deathsOf(
  { headers }: Message,
  queues: readonly Queue[],
  now: number,
): readonly string[] {
  const deaths: unknown = headers['x-death']
  if (!Array.isArray(deaths)) return []
  return deaths.map((death: Death) => deathWords(death, queues, now)).toReversed()
}

function deathWords(death: Death, queues: readonly Queue[], now: number): string {
  const queue = String(death.queue)
  const count = Number(death.count ?? 1)
  const times = count > 1 ? `, ${count} times` : ''
  const when = agoOf(death.time, now)
  switch (death.reason) {
    case 'expired': {
      const ttl = queues.find(({ name }) => name === queue)?.arguments['x-message-ttl']
      const long = typeof ttl === 'number' ? ` ${duration(ttl)}` : ''
      return `waited${long} in ${queue}, until it expired${times}${when}`
    }
    case 'rejected':
      return `rejected in ${queue}${times}${when}`
    case 'maxlen':
      return `dropped from ${queue}, which was full${times}${when}`
    case 'delivery_limit':
      return `given up in ${queue} after too many deliveries${times}${when}`
    default:
      return `dead-lettered from ${queue}: ${String(death.reason)}${times}${when}`
  }
}

/** The broker writes whole seconds, so anything more exact would be invented. */
function agoOf(time: unknown, now: number): string {
  const at =
    time instanceof Date
      ? time.getTime()
      : typeof time === 'number'
        ? time * 1000
        : Date.parse(String(time))
  if (Number.isNaN(at) || now < at) return ''
  return ` (${duration(Math.round((now - at) / 1000) * 1000)} ago)`
}
