import { Graph, layout } from '@dagrejs/dagre'

import type { Point } from '../motion/path.ts'
import { crossingsIn, keepOrder, type Rows } from './keep-order.ts'

export interface ColumnNode {
  readonly id: string
  readonly column: number
  /** Its size across the direction in which messages move. */
  readonly size: number
}

export interface ColumnEdge {
  readonly id: string
  /** The node in the lower column. */
  readonly from: string
  readonly to: string
}

/** Where an edge passes the nodes of a column. */
export interface Crossing {
  readonly column: number
  readonly at: number
}

export interface Across {
  /** The middle of each node. */
  readonly nodes: ReadonlyMap<string, number>
  readonly edges: ReadonlyMap<string, readonly Crossing[]>
}

interface Ranked {
  width: number
  height: number
  x?: number
  rank?: number
  order?: number
}

interface Routed {
  points?: Point[]
}

/** What we use of dagre's graph. Its own types need a bundler to be found. */
interface Layered {
  setGraph(label: object): void
  setNode(id: string, label: Ranked): void
  setEdge(from: string, to: string, label: Routed, name: string): void
  nodes(): readonly string[]
  node(id: string): Ranked
  edges(): readonly { readonly v: string; readonly w: string; readonly name?: string }[]
  edge(edge: object): Routed
}

/** How far apart two columns are for dagre, and how thick a node is. Only their order matters. */
const [ranksep, thickness] = [100, 10]
const rankDistance = (ranksep + thickness) / 2

/**
 * Places nodes within their columns so that few edges cross. For dagre, a gap between two columns
 * is a rank too. Nodes of the layout before keep their order, if it is fixed or no edges cross because of it.
 */
export function placeAcross(
  nodes: readonly ColumnNode[],
  edges: readonly ColumnEdge[],
  { gap, earlier }: { readonly gap: number; readonly earlier: Earlier },
): Across {
  const graph: Layered = new Graph({ multigraph: true })
  const columns = [...new Set(nodes.map(({ column }) => column))].toSorted((a, b) => a - b)
  // Our columns, instead of those that the edges would suggest. None of them may be empty.
  const ranks = new Map(nodes.map(({ id, column }) => [id, 2 * columns.indexOf(column)]))
  const ranker = (layered: Layered): void => {
    for (const id of layered.nodes()) layered.node(id).rank = ranks.get(id) ?? 0
  }
  graph.setGraph({ rankdir: 'TB', nodesep: gap, edgesep: 20, ranksep, ranker })
  for (const { id, size } of nodes) graph.setNode(id, { width: size, height: thickness })
  for (const { id, from, to } of edges) graph.setEdge(from, to, {}, id)
  layout(graph, {
    customOrder(layered: Layered, order: (layered: Layered, options: object) => void) {
      order(layered, {})
      followOrder(
        layered,
        nodes.map(({ id }) => id),
      )
      followEarlier(layered, earlier)
    },
  })
  return {
    nodes: new Map(nodes.map(({ id }) => [id, graph.node(id).x ?? 0])),
    edges: new Map(
      graph.edges().map((edge) => {
        const { points = [] } = graph.edge(edge)
        return [edge.name ?? '', crossingsOf(points, columns)]
      }),
    ),
  }
}

/** Turns everything upside down if that brings more nodes into the order in which they came. */
function followOrder(layered: Layered, ids: readonly string[]): void {
  let inOrder = 0
  for (const [i, a] of ids.entries())
    for (const b of ids.slice(i + 1)) {
      const [first, second] = [layered.node(a), layered.node(b)]
      if (first.rank === second.rank) inOrder += Math.sign(orderOf(second) - orderOf(first))
    }
  if (inOrder >= 0) return
  const all = layered.nodes().map((id) => layered.node(id))
  for (const rank of new Set(all.map((node) => node.rank))) {
    const nodes = all.filter((node) => node.rank === rank)
    const last = Math.max(...nodes.map(orderOf))
    for (const node of nodes) node.order = last - orderOf(node)
  }
}

/** Whether nodes keep the order that they had, and whether they do so if edges cross because of it. */
export interface Earlier {
  /** Where nodes were across the direction in which messages move. */
  readonly places: ReadonlyMap<string, number>
  readonly isFixed: boolean
}

/** Gives the nodes of the layout before their old order, unless more edges would cross then. */
function followEarlier(layered: Layered, { places, isFixed }: Earlier): void {
  if (places.size === 0) return
  const steps = layered.edges().map(({ v, w }) => [v, w] as const)
  const rows = rowsOf(layered)
  const kept = keepOrder(rows, steps, places)
  if (!isFixed && crossingsIn(kept, steps) > crossingsIn(rows, steps)) return
  for (const row of kept) for (const [i, id] of row.entries()) layered.node(id).order = i
}

function rowsOf(layered: Layered): Rows {
  const rows = new Map<number, string[]>()
  for (const id of layered.nodes()) {
    const { rank = 0 } = layered.node(id)
    rows.set(rank, [...(rows.get(rank) ?? []), id])
  }
  return Array.from(rows)
    .toSorted(([a], [b]) => a - b)
    .map(([, ids]) => ids.toSorted((a, b) => orderOf(layered.node(a)) - orderOf(layered.node(b))))
}

function orderOf({ order = 0 }: Ranked): number {
  return order
}

/** Where an edge crosses columns. Its first and last point are at the nodes; others are in gaps. */
function crossingsOf(points: readonly Point[], columns: readonly number[]): readonly Crossing[] {
  return points.slice(1, -1).flatMap(({ x, y }) => {
    const column = columns[Math.round((y - thickness / 2) / rankDistance) / 2]
    return column === undefined ? [] : [{ column, at: x }]
  })
}
