import type { BrokerState, QueueState } from '../state/broker-state.ts'
import type { Binding, Exchange, Program } from '../state/update.ts'
import type { Traffic } from './traffic.ts'

export type GraphNode = {
  readonly id: string
  /** Messages move from lower to higher columns. */ readonly column: number
} & (
  | { readonly kind: 'program'; readonly program: Program; readonly consumes: boolean }
  | { readonly kind: 'exchange'; readonly exchange: Exchange }
  | { readonly kind: 'queue'; readonly queue: QueueState }
)

export interface GraphEdge {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly kind: 'publish' | 'binding' | 'consume' | 'dead-letter'
  /** The binding keys. */
  readonly keys: readonly string[]
}

export interface Graph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** What the picture shows of the broker: everything, except exchanges that nobody has used. */
export function graphOf(state: BrokerState, traffic: Traffic): Graph {
  const { programs, exchanges, bindings } = state.topology
  const shown = exchanges.filter(({ name }) => isShown(name, bindings, traffic))
  const depths = depthsOf(shown, bindings)
  const last = Math.max(1, ...depths.values())
  const consuming = new Set(state.topology.consumers.map(({ program }) => program))
  const nodes: GraphNode[] = [
    ...programs.map((program) => ({
      id: `p:${program.id}`,
      kind: 'program' as const,
      column: traffic.isProducer(program.id, consuming.has(program.id)) ? 0 : last + 2,
      program,
      consumes: consuming.has(program.id) || traffic.hasReceived(program.id),
    })),
    ...shown.map((exchange) => ({
      id: `x:${exchange.name}`,
      kind: 'exchange' as const,
      column: depths.get(exchange.name) ?? 1,
      exchange,
    })),
    ...[...state.queues].map((queue) => ({
      id: `q:${queue.queue.name}`,
      kind: 'queue' as const,
      column: last + 1,
      queue,
    })),
  ]
  return { nodes, edges: edgesBetween(nodes, state, traffic) }
}

/** Each broker has seven exchanges from the start; those that nobody uses would only distract. */
function isShown(name: string, bindings: readonly Binding[], traffic: Traffic): boolean {
  if (traffic.uses(`x:${name}`)) return true
  if (name !== '' && !name.startsWith('amq.')) return true
  return name !== '' && bindings.some(({ source }) => source === name)
}

/** In which column each exchange is: one that is bound to another one comes after it. */
function depthsOf(
  exchanges: readonly Exchange[],
  bindings: readonly Binding[],
): ReadonlyMap<string, number> {
  const depths = new Map(exchanges.map(({ name }) => [name, 1]))
  // Exchanges can be bound in a circle, so this ends after as many rounds as there are exchanges.
  for (let round = 1; round < exchanges.length; round++)
    for (const { source, destination, destinationType } of bindings) {
      const [from, to] = [depths.get(source), depths.get(destination)]
      if (destinationType === 'exchange' && from !== undefined && to !== undefined)
        depths.set(destination, Math.min(exchanges.length, Math.max(to, from + 1)))
    }
  return depths
}

function edgesBetween(
  nodes: readonly GraphNode[],
  { topology }: BrokerState,
  traffic: Traffic,
): readonly GraphEdge[] {
  const ids = new Set(nodes.map(({ id }) => id))
  const edges = new Map<string, GraphEdge>()
  const add = (edge: Omit<GraphEdge, 'id'>): void => {
    const id = `${edge.from}>${edge.to}`
    if (!ids.has(edge.from) || !ids.has(edge.to)) return
    const keys = [...(edges.get(id)?.keys ?? []), ...edge.keys]
    edges.set(id, { id, ...edge, keys })
  }
  for (const binding of topology.bindings) {
    // Every queue is bound to the default exchange; these bindings are shown when they are used.
    if (binding.source === '') continue
    const to = `${binding.destinationType === 'queue' ? 'q' : 'x'}:${binding.destination}`
    add({ from: `x:${binding.source}`, to, kind: 'binding', keys: keysOf(binding) })
  }
  for (const { queue, program } of topology.consumers)
    if (!edges.has(`q:${queue}>p:${program}`))
      add({ from: `q:${queue}`, to: `p:${program}`, kind: 'consume', keys: [] })
  for (const { from, to } of traffic.ways())
    if (!edges.has(`${from}>${to}`)) add({ from, to, kind: kindOf(from, to), keys: [] })
  return [...edges.values()]
}

function kindOf(from: string, to: string): GraphEdge['kind'] {
  if (from.startsWith('p:')) return 'publish'
  if (to.startsWith('p:')) return 'consume'
  return from.startsWith('q:') ? 'dead-letter' : 'binding'
}

/** The key of a binding or, for a headers exchange, its arguments. */
function keysOf(binding: Binding): readonly string[] {
  const entries = Object.entries(binding.arguments)
  if (entries.length === 0) return [binding.routingKey]
  return entries.map(([name, value]) => `${name}: ${String(value)}`)
}
