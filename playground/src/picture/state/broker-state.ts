import type { Consumer, Message, Movement, Program, Queue, Topology, Update } from './update.ts'

/** A message in a queue. Until it is acknowledged, it stays there. */
export interface Copy {
  readonly message: number
  state: 'ready' | 'unacked'
  redelivered: boolean
  /** The program that holds it; undefined if it is ready, or nobody knows. */
  program: string | undefined
  /** Whether it has arrived at the program: until then it is on its way. */
  arrived: boolean
}

/** A queue with its messages, those to deliver first at the start. */
export interface QueueState {
  readonly queue: Queue
  readonly copies: readonly Copy[]
  /** Messages that were in the queue before we looked, so that we know only their number. */
  readonly otherReady: number
  readonly otherUnacked: number
}

interface MutableQueue {
  queue: Queue
  copies: Copy[]
  otherReady: number
  otherUnacked: number
}

/** How many messages there are more in a queue, if nobody has mentioned them. */
export interface Adjustment {
  readonly queue: string
  readonly ready: number
  readonly unacked: number
}

const nothing: Topology = { programs: [], exchanges: [], queues: [], bindings: [], consumers: [] }

/**
 * The broker, as far as it is known from updates. A movement takes time in the picture, so it has a
 * beginning, when the message leaves, and an end, when it arrives.
 */
export class BrokerState {
  #topology = nothing
  readonly #queues = new Map<string, MutableQueue>()
  readonly #messages = new Map<number, Message>()

  get topology(): Topology {
    return this.#topology
  }

  get queues(): Iterable<QueueState> {
    return this.#queues.values()
  }

  queue(name: string): QueueState | undefined {
    return this.#queues.get(name)
  }

  program(id: string): Program | undefined {
    return this.#topology.programs.find((program) => program.id === id)
  }

  message(id: number): Message | undefined {
    return this.#messages.get(id)
  }

  consumersOf(queue: string): readonly Consumer[] {
    return this.#topology.consumers.filter((consumer) => consumer.queue === queue)
  }

  /** What a program has received and not acknowledged, oldest first. */
  heldBy(program: string): readonly { readonly queue: string; readonly copy: Copy }[] {
    return [...this.#queues].flatMap(([queue, { copies }]) =>
      copies
        .filter((copy) => copy.program === program && copy.arrived)
        .map((copy) => ({ queue, copy })),
    )
  }

  /**
   * Takes a whole update at once. Returns how many messages there are more or fewer than anybody has
   * mentioned, by queue.
   */
  apply(update: Update): readonly Adjustment[] {
    this.learn(update.messages)
    if (update.topology !== undefined) this.extendTopology(update.topology)
    for (const movement of update.movements) {
      this.begin(movement)
      this.end(movement)
    }
    if (update.topology === undefined) return []
    this.pruneTopology(update.topology)
    return update.topology.queues.flatMap((queue) => this.#adjust(queue))
  }

  /** A message may be mentioned again, for example with the headers that dead-lettering adds. */
  learn(messages: readonly Message[]): void {
    for (const message of messages) {
      // The one that was mentioned last is forgotten last.
      this.#messages.delete(message.id)
      this.#messages.set(message.id, message)
    }
    this.#forgetMessages()
  }

  /** Adds and changes; removes nothing. */
  extendTopology(next: Topology): void {
    const merged = mergeTopology(this.#topology, next)
    this.#topology = merged
    for (const queue of next.queues) this.#queueState(queue.name).queue = queue
  }

  /** Removes what the topology does not have. */
  pruneTopology(next: Topology): void {
    this.#topology = next
    const names = new Set(next.queues.map(({ name }) => name))
    for (const name of this.#queues.keys()) if (!names.has(name)) this.#queues.delete(name)
  }

  /** Adds messages of which only the number is known. */
  adjust({ queue, ready, unacked }: Adjustment): void {
    const state = this.#queues.get(queue)
    if (state === undefined) return
    state.otherReady = Math.max(0, state.otherReady + ready)
    state.otherUnacked = Math.max(0, state.otherUnacked + unacked)
  }

  begin(movement: Movement): void {
    if (movement.type === 'delivered') this.#deliver(movement)
    if (movement.type === 'requeued' || movement.type === 'acked') this.#leaveProgram(movement)
    if (movement.type === 'dead-lettered') this.#remove(movement.queue, movement.message)
  }

  end(movement: Movement): void {
    if (movement.type === 'routed') this.#enqueue(movement.queue, movement.message)
    if (movement.type === 'delivered') this.#arrive(movement)
    if (movement.type === 'acked') this.#ack(movement)
    if (movement.type === 'requeued') this.#requeue(movement)
    if (movement.type === 'purged') this.#purge(movement.queue)
  }

  #adjust({ name, ready, unacked }: Queue): readonly Adjustment[] {
    const state = this.#queueState(name)
    const adjustment = {
      queue: name,
      ready: Math.max(0, ready - count(state.copies, 'ready')) - state.otherReady,
      unacked: Math.max(0, unacked - count(state.copies, 'unacked')) - state.otherUnacked,
    }
    this.adjust(adjustment)
    return adjustment.ready === 0 && adjustment.unacked === 0 ? [] : [adjustment]
  }

  #queueState(name: string): MutableQueue {
    let state = this.#queues.get(name)
    if (state === undefined) {
      const queue = { name, type: 'classic', ready: 0, unacked: 0, arguments: {} } as const
      state = { queue, copies: [], otherReady: 0, otherUnacked: 0 }
      this.#queues.set(name, state)
    }
    return state
  }

  #enqueue(queue: string, message: number): void {
    const state = this.#queues.get(queue)
    if (state === undefined) return
    const copy: Copy = {
      message,
      state: 'ready',
      redelivered: false,
      program: undefined,
      arrived: false,
    }
    state.copies.splice(this.#placeOf(state, message), 0, copy)
    // Nothing is removed from a stream.
    if (state.queue.type === 'stream' && state.copies.length > 500) {
      state.copies.shift()
      state.otherReady++
    }
  }

  /** At the end, or in a queue with priorities behind the last message that is as important. */
  #placeOf({ queue, copies }: MutableQueue, message: number): number {
    if (queue.arguments['x-max-priority'] === undefined) return copies.length
    const priority = this.#priorityOf(message)
    return 1 + copies.findLastIndex((copy) => this.#priorityOf(copy.message) >= priority)
  }

  #priorityOf(message: number): number {
    return Number(this.#messages.get(message)?.properties['priority'] ?? 0)
  }

  #deliver({ queue, message, program, redelivered }: Movement & { type: 'delivered' }): void {
    const state = this.#queues.get(queue)
    // A stream keeps its messages.
    if (state === undefined || state.queue.type === 'stream') return
    let copy = find(state, message, 'ready')
    if (copy === undefined) {
      copy = { message, state: 'ready', redelivered, program, arrived: false }
      state.copies.unshift(copy)
      state.otherReady = Math.max(0, state.otherReady - 1)
    }
    Object.assign(copy, { state: 'unacked', redelivered, program, arrived: false })
  }

  #arrive({ queue, message, tag }: Movement & { type: 'delivered' }): void {
    const state = this.#queues.get(queue)
    const copy = state && find(state, message, 'unacked')
    if (copy === undefined) return
    copy.arrived = true
    const consumer = this.#topology.consumers.find((each) => each.tag === tag && tag !== '')
    if (consumer?.acks === false) this.#remove(queue, message)
  }

  #ack({ queue, message }: Movement & { type: 'acked' }): void {
    const state = this.#queues.get(queue)
    if (state !== undefined && state.queue.type !== 'stream') this.#remove(queue, message)
  }

  #leaveProgram({ queue, message }: Movement & { type: 'requeued' | 'acked' }): void {
    const state = this.#queues.get(queue)
    const copy = state && find(state, message, 'unacked')
    if (copy !== undefined) Object.assign(copy, { program: undefined, arrived: false })
  }

  #requeue({ queue, message }: Movement & { type: 'requeued' }): void {
    const state = this.#queues.get(queue)
    const copy = state && find(state, message, 'unacked')
    // It goes back to its old position, where its copy still is.
    if (copy !== undefined) Object.assign(copy, { state: 'ready', redelivered: true })
  }

  /** Prefers the copy that was delivered: a message can be in a queue twice. */
  #remove(queue: string, message: number): void {
    const state = this.#queues.get(queue)
    if (state === undefined) return
    const copy = find(state, message, 'unacked') ?? find(state, message, 'ready')
    if (copy === undefined) state.otherReady = Math.max(0, state.otherReady - 1)
    else state.copies.splice(state.copies.indexOf(copy), 1)
  }

  #purge(queue: string): void {
    const state = this.#queues.get(queue)
    if (state === undefined) return
    state.copies = state.copies.filter((copy) => copy.state === 'unacked')
    state.otherReady = 0
  }

  /** Keeps the messages in queues, and the latest of the others. */
  #forgetMessages(limit = 2000): void {
    if (this.#messages.size <= 2 * limit) return
    const queued = new Set([...this.#queues.values()].flatMap(({ copies }) => copies.map(idOf)))
    const surplus = this.#messages.size - limit
    for (const id of [...this.#messages.keys()].slice(0, surplus))
      if (!queued.has(id)) this.#messages.delete(id)
  }
}

function idOf({ message }: Copy): number {
  return message
}

function find({ copies }: MutableQueue, message: number, state: Copy['state']): Copy | undefined {
  return copies.find((copy) => copy.message === message && copy.state === state)
}

function count(copies: readonly Copy[], state: Copy['state']): number {
  return copies.filter((copy) => copy.state === state).length
}

/** Everything that is in one of both; the second one is newer. */
export function mergeTopology(old: Topology, next: Topology): Topology {
  return {
    programs: merge(old.programs, next.programs, ({ id }) => id),
    exchanges: merge(old.exchanges, next.exchanges, ({ name }) => name),
    queues: merge(old.queues, next.queues, ({ name }) => name),
    bindings: merge(old.bindings, next.bindings, (binding) => JSON.stringify(binding)),
    consumers: merge(old.consumers, next.consumers, ({ tag, queue }) => `${queue} ${tag}`),
  }
}

/** All of both, in the order in which they came. */
function merge<T>(old: readonly T[], next: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const merged = new Map(old.map((item) => [keyOf(item), item]))
  for (const item of next) merged.set(keyOf(item), item)
  return [...merged.values()]
}
