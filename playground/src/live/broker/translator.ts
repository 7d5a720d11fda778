import type { Message, Movement, Topology, Update } from '../../picture/update.ts'
import type { Snapshot } from './topology.ts'
import { deathsOf, type Trace } from './trace.ts'

interface Known {
  readonly id: number
  /** Equal for the same message in a publish and in a delivery. */
  readonly identity: string
  /** The program that has it, once it is delivered. */
  readonly program: string | undefined
  readonly since: number
}

interface Program {
  /** Undefined if no trace and no snapshot has said it. */
  readonly name: string | undefined
  /** As whom it has logged in; '' if only a snapshot knows it. */
  readonly user: string
  readonly seen: number
  readonly isOpen: boolean
}

interface KnownQueue {
  readonly ready: Known[]
  readonly unacked: Known[]
}

/** How long a program is shown that is not connected anymore, in milliseconds. */
const shownAfterwards = 6000
const longestBody = 2000

/** Nothing is removed from a stream, so of its messages we remember the latest. */
const mostInStream = 1000

/** RabbitMQ lists a connection, and the name that its client gave it, after up to five seconds. */
const newProgram = 'a new program'

/**
 * Makes updates for a picture from traces and snapshots. The firehose says what is published and
 * delivered; acknowledgements follow from the numbers of the queues, and from prefetch counts.
 */
export class Translator {
  /** Milliseconds by which the counts in a snapshot can be older than the snapshot. */
  readonly #age: number
  readonly #queues = new Map<string, KnownQueue>()
  readonly #programs = new Map<string, Program>()
  #snapshot: Topology = { programs: [], exchanges: [], queues: [], bindings: [], consumers: [] }
  #nextId = 1
  #movements: Movement[] = []
  #messages: Message[] = []
  #hasNews = false

  constructor(age: number) {
    this.#age = age
  }

  /** Whether a trace is about something that the last snapshot does not have. */
  isNews({ exchange, queues }: Trace): boolean {
    if (exchange !== '' && !has(this.#snapshot.exchanges, exchange)) return true
    return queues.some((queue) => !has(this.#snapshot.queues, queue))
  }

  /** Open connections of programs whose names are not known. */
  strangers(): readonly { readonly connection: string; readonly user: string }[] {
    return Array.from(this.#programs).flatMap(([connection, { name, user, isOpen }]) =>
      name === undefined && isOpen ? [{ connection, user }] : [],
    )
  }

  closed(connection: string): void {
    const program = this.#programs.get(connection)
    if (program === undefined) return
    this.#programs.set(connection, { ...program, isOpen: false })
    this.#hasNews = true
  }

  replace(snapshot: Snapshot): void {
    const connected = new Set(snapshot.programs.map(({ id }) => id))
    for (const queue of snapshot.queues)
      this.#reconcile(queue, connected, snapshot.time - this.#age)
    for (const name of this.#queues.keys())
      if (!snapshot.queues.some((queue) => queue.name === name)) this.#queues.delete(name)
    const { programs, exchanges, queues, bindings, consumers } = snapshot
    for (const { id, name } of programs)
      this.#programs.set(id, { name, user: '', seen: snapshot.time, isOpen: true })
    for (const [id, { seen }] of this.#programs)
      if (snapshot.time - seen > shownAfterwards && !programs.some((each) => each.id === id))
        this.#programs.delete(id)
    this.#snapshot = { programs, exchanges, queues, bindings, consumers }
    this.#hasNews = true
  }

  add(trace: Trace, time: number): void {
    this.#see(trace, time)
    if (trace.type === 'published') this.#published(trace, time)
    else this.#delivered(trace, time)
  }

  /** What has happened since the last update; undefined if nothing has. */
  take(time: number): Update | undefined {
    if (this.#movements.length === 0 && !this.#hasNews) return undefined
    const update = {
      time,
      movements: this.#movements,
      messages: this.#messages,
      ...(this.#hasNews && { topology: this.#topology() }),
    }
    this.#movements = []
    this.#messages = []
    this.#hasNews = false
    return update
  }

  /** What exists now, for a page that has just been opened. */
  current(time: number): Update {
    return { time, movements: [], messages: [], topology: this.#topology() }
  }

  #topology(): Topology {
    const connected = new Set(this.#snapshot.consumers.map(({ program }) => program))
    const programs = Array.from(this.#programs, ([id, { name, isOpen }]) => ({
      id,
      name: name ?? (isOpen ? newProgram : 'a program that has ended'),
      state: 'running' as const,
    }))
    for (const id of connected)
      if (!this.#programs.has(id)) programs.push({ id, name: newProgram, state: 'running' })
    // The counts are those of the last snapshot; ours are newer.
    const queues = this.#snapshot.queues.map((queue) => ({
      ...queue,
      ready: Math.max(queue.ready, this.#queue(queue.name).ready.length),
      unacked: Math.max(queue.unacked, this.#queue(queue.name).unacked.length),
    }))
    return { ...this.#snapshot, programs, queues }
  }

  #see({ connection, name, user }: Trace, time: number): void {
    const known = this.#programs.get(connection)
    if (known === undefined) this.#hasNews = true
    this.#programs.set(connection, { name, user, isOpen: true, ...known, seen: time })
  }

  #published(trace: Trace, time: number): void {
    const { exchange, routingKey, connection: program, queues } = trace
    const message = this.#introduce(trace)
    this.#movements.push({ type: 'published', message, program, exchange, routingKey })
    if (queues.length === 0) this.#movements.push({ type: 'unroutable', message, exchange })
    for (const queue of queues) {
      this.#movements.push({ type: 'routed', message, exchange, queue })
      const entry = { id: message, identity: identityOf(trace), program: undefined, since: time }
      const { ready } = this.#queue(queue)
      ready.push(entry)
      if (ready.length > mostInStream && this.#isStream(queue)) ready.shift()
    }
  }

  #isStream(queue: string): boolean {
    return this.#snapshot.queues.some(({ name, type }) => name === queue && type === 'stream')
  }

  #delivered(trace: Trace, time: number): void {
    const {
      connection: program,
      redelivered,
      queues: [queue = ''],
    } = trace
    const consumer = this.#consumersOf(queue, program)[0]
    const { ready, unacked } = this.#queue(queue)
    const identity = identityOf(trace)
    if (redelivered) this.#requeue(queue, identity)
    if (consumer !== undefined && consumer.prefetch > 0) this.#makeRoom(queue, consumer)
    const known = taken(ready, identity) ?? this.#deadLettered(trace, queue)
    const message = known?.id ?? this.#introduce(trace)
    const tag = consumer?.tag ?? ''
    this.#movements.push({ type: 'delivered', message, queue, program, tag, redelivered })
    if (consumer?.acks !== false) unacked.push({ id: message, identity, program, since: time })
  }

  /** A dead letter is not traced before it is delivered, but its headers say where it was. */
  #deadLettered(trace: Trace, to: string): Known | undefined {
    const [death] = deathsOf(trace)
    if (death === undefined) return undefined
    const from = this.#queue(death.queue)
    const identity = identityOf(trace)
    const known = taken(from.ready, identity) ?? taken(from.unacked, identity)
    if (known === undefined) return undefined
    const message = known.id
    this.#messages.push(messageOf(message, trace))
    const { queue, reason } = death
    this.#movements.push({ type: 'dead-lettered', message, queue, reason })
    this.#movements.push({ type: 'routed', message, exchange: trace.exchange, queue: to })
    return known
  }

  #consumersOf(queue: string, program: string): readonly Topology['consumers'][number][] {
    return this.#snapshot.consumers.filter(
      (consumer) => consumer.queue === queue && consumer.program === program,
    )
  }

  /** It was delivered before, so it must have come back. */
  #requeue(queue: string, identity: string): void {
    const { ready, unacked } = this.#queue(queue)
    const known = taken(unacked, identity)
    if (known === undefined) return
    ready.unshift(known)
    this.#movements.push({ type: 'requeued', message: known.id, queue })
  }

  /** A consumer gets no more than its prefetch count, so it must have settled the oldest. */
  #makeRoom(queue: string, { program, prefetch }: Topology['consumers'][number]): void {
    const consumers = this.#consumersOf(queue, program)
    const own = this.#queue(queue).unacked.filter((each) => each.program === program)
    const settled = own.length + 1 - prefetch * consumers.length
    if (settled > 0) this.#settle(queue, own.slice(0, settled))
  }

  /**
   * Messages that have left the queue, or have returned to it, some time ago: the counts say how
   * many, and it must have been the oldest.
   */
  #reconcile(
    queue: Topology['queues'][number],
    programs: ReadonlySet<string>,
    until: number,
  ): void {
    const { name, type } = queue
    if (type === 'stream') return
    const known = this.#queue(name)
    const isOld = ({ since }: Known): boolean => since < until
    // Those of a program that is gone are back in the queue, unless it has acknowledged them before.
    const orphans = known.unacked.filter((each) => isOld(each) && !programs.has(each.program ?? ''))
    for (const { identity } of orphans.slice(0, Math.max(0, queue.ready - known.ready.length)))
      this.#requeue(name, identity)
    const settled = known.unacked.length - queue.unacked
    if (settled > 0) this.#settle(name, known.unacked.filter(isOld).slice(0, settled))
    const gone = known.ready.length - queue.ready
    if (gone > 0) this.#settle(name, known.ready.filter(isOld).slice(0, gone))
  }

  #settle(queue: string, settled: readonly Known[]): void {
    const known = this.#queue(queue)
    for (const each of settled) {
      for (const list of [known.ready, known.unacked]) {
        const at = list.indexOf(each)
        if (at !== -1) list.splice(at, 1)
      }
      this.#movements.push({ type: 'acked', message: each.id, queue })
    }
  }

  #introduce(trace: Trace): number {
    const id = this.#nextId++
    this.#messages.push(messageOf(id, trace))
    return id
  }

  #queue(name: string): KnownQueue {
    const known = this.#queues.get(name) ?? { ready: [], unacked: [] }
    this.#queues.set(name, known)
    return known
  }
}

function messageOf(id: number, trace: Trace): Message {
  const { exchange, routingKey, body, properties, headers } = trace
  const about = { id, exchange, routingKey, body: textOf(body), bytes: body.length }
  return { ...about, properties, headers }
}

/** Removes the first that is the same message. */
function taken(list: Known[], identity: string): Known | undefined {
  const at = list.findIndex((each) => each.identity === identity)
  return at === -1 ? undefined : list.splice(at, 1)[0]
}

/**
 * A broker gives messages no number. If the program has not either, this is as exact as it gets: a
 * dead letter can have another key.
 */
function identityOf({ exchange, routingKey, properties, body }: Trace): string {
  const id = properties['message_id']
  const where = typeof id === 'string' ? id : `${exchange} ${routingKey}`
  return `${where} ${body.length} ${Buffer.from(body).toString('latin1', 0, 200)}`
}

function textOf(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text.length > longestBody ? `${text.slice(0, longestBody)}…` : text
  } catch {
    return undefined
  }
}

function has(list: readonly { readonly name: string }[], name: string): boolean {
  return list.some((each) => each.name === name)
}
