import type { Consumer, Message, Movement, Queue, Topology } from './update.ts'
import type { BrokerState, QueueState } from './broker-state.ts'

/** 1 message, 2 messages. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}

/** How long something takes: 0.4 s, 12 s, 3 min. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1).replace('.0', '')} s`
  if (milliseconds < 120_000) return `${Math.round(milliseconds / 1000)} s`
  return `${Math.round(milliseconds / 60_000)} min`
}

export function exchangeName(name: string): string {
  return name === '' ? 'default exchange' : name
}

export function countsOf({ copies, otherReady, otherUnacked }: QueueState): {
  readonly ready: number
  readonly unacked: number
} {
  const unacked = copies.filter(({ state }) => state === 'unacked').length
  return { ready: copies.length - unacked + otherReady, unacked: unacked + otherUnacked }
}

/** What is special about a queue, in a few words: TTL 2 s, dead → x. */
export function queueTraits({ type, arguments: all }: Queue): readonly string[] {
  const traits: string[] = type === 'stream' ? ['stream'] : []
  const ttl = all['x-message-ttl']
  if (typeof ttl === 'number') traits.push(`TTL ${duration(ttl)}`)
  const length = all['x-max-length']
  if (typeof length === 'number') traits.push(`at most ${length}`)
  if (typeof all['x-max-priority'] === 'number') traits.push('priorities')
  const target = deadLetterTarget(all)
  if (target !== undefined) traits.push(`dead → ${target}`)
  return traits
}

function deadLetterTarget(all: Queue['arguments']): string | undefined {
  const { 'x-dead-letter-exchange': exchange, 'x-dead-letter-routing-key': key } = all
  if (typeof exchange !== 'string') return undefined
  if (exchange !== '') return exchange
  return typeof key === 'string' ? key : 'the default exchange'
}

/** How a consumer consumes: prefetch 1. */
export function consumerTraits(consumers: readonly Consumer[]): string {
  const [first] = consumers
  if (first === undefined) return ''
  if (!first.acks) return 'no acks'
  return `prefetch ${first.prefetch}`
}

/** What is where, in one line, for readers who do not see the picture. */
export function summaryOf(state: BrokerState): string {
  const queues = [...state.queues].map((each) => {
    const { ready, unacked } = countsOf(each)
    return `Queue ${each.queue.name}: ${ready} ready, ${unacked} unacked.`
  })
  const held = state.topology.programs.flatMap(({ id, name }) => {
    const messages = state.heldBy(id).map(({ copy }) => copy.message)
    if (messages.length === 0) return []
    return [
      `${name} holds ${messages.length > 5 ? counted(messages.length, 'message') : listed(messages)}.`,
    ]
  })
  return [...queues, ...held].join(' ') || 'The broker has no queues.'
}

/** What became of a message that is gone, in a word. */
export function fateOf(movement: Movement): string {
  return movement.type === 'unroutable' && movement.refused === true ? 'refused' : 'dropped'
}

/** What became of a message that is gone; undefined if it is not: it `hasWay` to an exchange. */
export function lossWords(movement: Movement, hasWay: boolean): string | undefined {
  if (movement.type === 'unroutable') {
    const { message, exchange, refused } = movement
    const from = exchangeName(exchange)
    const why = refused === true ? 'the queue is full' : `it reached no queue from ${from}`
    return `Message ${message} was ${fateOf(movement)}: ${why}.`
  }
  if (movement.type !== 'dead-lettered' || hasWay) return undefined
  const { message, queue, reason } = movement
  return `Message ${message} was dropped from ${queue}: ${lossReasons.get(reason) ?? reason}.`
}

const lossReasons: ReadonlyMap<string, string> = new Map([
  ['maxlen', 'the queue is full'],
  ['expired', 'it expired'],
  ['rejected', 'a consumer rejected it'],
  ['delivery_limit', 'too many deliveries'],
])

function listed(messages: readonly number[]): string {
  return `${messages.length === 1 ? 'message' : 'messages'} ${messages.join(', ')}`
}

/** Everything that the picture shows, as sentences. */
export function descriptionOf(state: BrokerState): readonly string[] {
  const { topology } = state
  const exchanges = topology.exchanges.flatMap(({ name, type }) => {
    const bindings = topology.bindings.filter(({ source }) => source === name && source !== '')
    if (bindings.length === 0 && (name === '' || name.startsWith('amq.'))) return []
    return [`Exchange ${name}, ${type}: ${bindings.map(bindingWords).join(', ') || 'no bindings'}.`]
  })
  const programs = topology.programs.map(({ id, name, state: how }) => {
    const queues = queuesOf(topology, id)
    const what = queues.length === 0 ? 'connected' : `consumes ${queues.join(', ')}`
    return `Program ${name}: ${how === 'running' ? '' : `${how}, `}${what}.`
  })
  return [...programs, ...exchanges]
}

function bindingWords({ destination, routingKey }: Topology['bindings'][number]): string {
  return `${destination} by ${JSON.stringify(routingKey)}`
}

function queuesOf({ consumers }: Topology, program: string): readonly string[] {
  return [
    ...new Set(consumers.filter((each) => each.program === program).map(({ queue }) => queue)),
  ]
}

/** A short name of a message: its number, its place in a stream, and its text. */
export function messageLabel(id: number, message: Message | undefined): string {
  const body = message?.body?.slice(0, 60)
  const offset = message?.offset === undefined ? '' : `, offset ${message.offset}`
  const name = `Message ${id}${offset}`
  return body === undefined || body === '' ? name : `${name}: ${body}`
}
