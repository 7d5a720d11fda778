import type {
  Consumer,
  Message,
  Movement,
  Queue,
  Topology,
  Update,
} from '../../src/picture/update.ts'

type Parts = { readonly [K in keyof Topology]?: Topology[K] }

interface Publish {
  readonly program: string
  readonly exchange?: string
  readonly key: string
  /** The queues that it reaches. */
  readonly to?: readonly string[]
  readonly body?: string
  readonly headers?: Readonly<Record<string, unknown>>
}

/** Writes updates as a broker would cause them, one call for each thing that happens. */
export class Script {
  #time = 0
  #nextId = 1
  #movements: Movement[] = []
  #messages: Message[] = []
  #topology: Topology = { programs: [], exchanges: [], queues: [], bindings: [], consumers: [] }
  #changed = false
  readonly #delivered = new Set<string>()
  readonly #ready = new Map<string, number[]>()
  readonly #unacked = new Map<string, number[]>()

  /** Adds to what exists; removes nothing. */
  add(parts: Parts): this {
    const old = this.#topology
    this.#topology = {
      programs: [...old.programs, ...(parts.programs ?? [])],
      exchanges: [...old.exchanges, ...(parts.exchanges ?? [])],
      queues: [...old.queues, ...(parts.queues ?? [])],
      bindings: [...old.bindings, ...(parts.bindings ?? [])],
      consumers: [...old.consumers, ...(parts.consumers ?? [])],
    }
    this.#changed = true
    return this
  }

  program(id: string, name = id): this {
    return this.add({ programs: [{ id, name, state: 'running' }] })
  }

  exchange(name: string, type = 'topic'): this {
    return this.add({ exchanges: [{ name, type }] })
  }

  queue(name: string, args: Queue['arguments'] = {}): this {
    const type = name.startsWith('amq.gen-') ? 'classic' : 'quorum'
    return this.add({ queues: [{ name, type, ready: 0, unacked: 0, arguments: args }] })
  }

  bind(source: string, destination: string, routingKey: string): this {
    const binding = {
      source,
      destination,
      routingKey,
      destinationType: 'queue',
      arguments: {},
    } as const
    return this.add({ bindings: [binding] })
  }

  consume(program: string, queue: string, options: Partial<Consumer> = {}): this {
    const tag = `${program}-${queue}`
    return this.add({ consumers: [{ tag, queue, program, prefetch: 1, acks: true, ...options }] })
  }

  /** A program is gone, with its consumers. */
  end(program: string): this {
    const { programs, consumers, ...others } = this.#topology
    this.#topology = {
      ...others,
      programs: programs.filter(({ id }) => id !== program),
      consumers: consumers.filter((consumer) => consumer.program !== program),
    }
    this.#changed = true
    return this
  }

  /** Without an exchange, to the default exchange, which routes it to the queue of its key. */
  publish({ program, exchange = '', key, to, body = 'Hi', headers = {} }: Publish): number {
    const message = this.#nextId++
    const about = { exchange, routingKey: key, bytes: body.length }
    const properties = { 'content-type': 'text/plain', 'delivery-mode': 2 }
    this.#messages.push({ id: message, ...about, body, properties, headers })
    this.#movements.push({ type: 'published', message, program, exchange, routingKey: key })
    this.route(message, exchange, to ?? (exchange === '' ? [key] : []))
    return message
  }

  route(message: number, exchange: string, to: readonly string[]): this {
    for (const queue of to) {
      this.#movements.push({ type: 'routed', message, exchange, queue })
      this.#ready.set(queue, [...(this.#ready.get(queue) ?? []), message])
    }
    if (to.length === 0) this.#movements.push({ type: 'unroutable', message, exchange })
    return this
  }

  deliver(message: number, queue: string, program: string): this {
    const tag = `${program}-${queue}`
    const copy = `${message} ${queue}`
    const redelivered = this.#delivered.has(copy)
    this.#delivered.add(copy)
    this.#movements.push({ type: 'delivered', message, queue, program, tag, redelivered })
    this.#take(this.#ready, queue, message)
    this.#unacked.set(queue, [...(this.#unacked.get(queue) ?? []), message])
    return this
  }

  ack(message: number, queue: string): this {
    this.#movements.push({ type: 'acked', message, queue })
    this.#take(this.#unacked, queue, message)
    return this
  }

  requeue(message: number, queue: string): this {
    this.#movements.push({ type: 'requeued', message, queue })
    this.#take(this.#unacked, queue, message)
    this.#ready.set(queue, [message, ...(this.#ready.get(queue) ?? [])])
    return this
  }

  deadLetter(message: number, queue: string, reason: string): this {
    this.#movements.push({ type: 'dead-lettered', message, queue, reason })
    this.#take(this.#unacked, queue, message)
    this.#take(this.#ready, queue, message)
    return this
  }

  /** What has happened since the last update. */
  update(milliseconds = 100): Update {
    this.#time += milliseconds
    const [movements, messages] = [this.#movements, this.#messages]
    const topology = this.#changed || movements.length > 0 ? this.#counted() : undefined
    this.#movements = []
    this.#messages = []
    this.#changed = false
    return { time: this.#time, movements, messages, ...(topology && { topology }) }
  }

  #counted(): Topology {
    const queues = this.#topology.queues.map((queue) => ({
      ...queue,
      ready: this.#ready.get(queue.name)?.length ?? 0,
      unacked: this.#unacked.get(queue.name)?.length ?? 0,
    }))
    return { ...this.#topology, queues }
  }

  #take(from: Map<string, number[]>, queue: string, message: number): void {
    from.set(
      queue,
      (from.get(queue) ?? []).filter((id) => id !== message),
    )
  }
}
