import type { Broker, BrokerEventName } from '@messaging-patterns/broker'

import type { ProgramInfo } from '../engine/protocol.ts'
import { deadLetterExchangeOf } from '../picture/motion/ways.ts'
import type { Consumer, Topology } from '../picture/update.ts'

/** After these events, the topology may be another one. */
const changes = [
  'exchange.declared',
  'exchange.deleted',
  'queue.declared',
  'queue.deleted',
  'queue.purged',
  'bound',
  'unbound',
  'consumer.added',
  'consumer.removed',
  'connection.closed',
  'routed',
  'delivered',
  'acked',
  'requeued',
  'dead-lettered',
] as const satisfies readonly BrokerEventName[]

const replyQueue = {
  name: 'amq.rabbitmq.reply-to',
  type: 'classic',
  ready: 0,
  unacked: 0,
  arguments: {},
} as const

/** What exists at the broker now, and which program is behind each connection. */
export class TopologyView {
  readonly #broker: Broker
  /** The ids of programs by the numbers of their connections. */
  readonly #programs = new Map<number, string>()
  /** The connections that wait for replies without a queue. */
  readonly #waiting = new Set<number>()
  #running: readonly ProgramInfo[] = []
  #hasChanged = true

  constructor(broker: Broker) {
    this.#broker = broker
    for (const name of changes) broker.on(name, () => (this.#hasChanged = true))
    broker.on('connection.opened', ({ connection: number }) => {
      const connection = broker.connections().find(({ id }) => id === number)
      if (connection !== undefined) this.#programs.set(number, connection.name)
    })
    broker.on('connection.closed', ({ connection }) => {
      this.#waiting.delete(connection)
      this.#programs.delete(connection)
    })
  }

  get running(): readonly ProgramInfo[] {
    return this.#running
  }

  set running(programs: readonly ProgramInfo[]) {
    this.#running = programs
    this.#hasChanged = true
  }

  programOf(connection: number | undefined): string | undefined {
    return connection === undefined ? undefined : this.#programs.get(connection)
  }

  /** A client has sent a request whose reply comes through the pseudo-queue amq.rabbitmq.reply-to. */
  expectReplies(connection: number | undefined): void {
    if (connection === undefined || this.#waiting.has(connection)) return
    this.#waiting.add(connection)
    this.#hasChanged = true
  }

  /** Where a queue sends dead letters; undefined if it drops them. */
  deadLetterExchange(queue: string): string | undefined {
    const [vhost] = this.#broker.snapshot().vhosts
    return vhost === undefined ? undefined : deadLetterExchangeOf(vhost, queue)
  }

  /** The topology, if it has changed since the last call. */
  changed(): Topology | undefined {
    if (!this.#hasChanged) return undefined
    this.#hasChanged = false
    return this.#take()
  }

  #take(): Topology {
    const [vhost] = this.#broker.snapshot().vhosts
    const { exchanges = [], queues = [], bindings = [], consumers = [] } = vhost ?? {}
    const replyConsumers = Array.from(this.#waiting, (connection) =>
      this.#replyConsumer(connection),
    )
    return {
      programs: this.#running,
      exchanges: exchanges.map(({ name, type }) => ({ name, type })),
      queues: [
        ...queues.map(({ name, type, ready, unacked, arguments: args }) => {
          return { name, type, ready, unacked, arguments: args }
        }),
        ...(replyConsumers.length > 0 ? [replyQueue] : []),
      ],
      bindings,
      consumers: [
        ...consumers.map(({ consumerTag: tag, queue, connection, prefetch, noAck }) => {
          const program = this.programOf(connection) ?? ''
          return { tag, queue, program, prefetch, acks: !noAck }
        }),
        ...replyConsumers,
      ],
    }
  }

  #replyConsumer(connection: number): Consumer {
    const program = this.programOf(connection) ?? ''
    return { tag: 'replies', queue: replyQueue.name, program, prefetch: 0, acks: false }
  }
}
