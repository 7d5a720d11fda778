import { smoothPath, type Point } from '../motion/path.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import { placeAcross, type Across, type Earlier } from './order.ts'
import { gapOnPhone, sizeOf, type Frame, type Size } from './sizes.ts'

/** A node, and the middle of its place. */
export interface PlacedNode extends Point, Size {
  readonly node: GraphNode
}

export interface PlacedEdge {
  readonly edge: GraphEdge
  readonly path: readonly Point[]
}

export interface Layout extends Size {
  /** Whether messages move down, not to the right. */
  readonly down: boolean
  readonly nodes: ReadonlyMap<string, PlacedNode>
  readonly edges: ReadonlyMap<string, PlacedEdge>
}

/** The part of a column along the direction in which messages move. */
interface Band {
  readonly start: number
  readonly end: number
}

const margin = 10

/**
 * Where everything is: producers, exchanges, queues and consumers in one column each, from left to
 * right or, on a phone, from top to bottom. Nodes of the layout before keep their order if it is fixed, even if
 * edges cross because of it.
 */
export function layOut(graph: Graph, frame: Frame, before?: Before): Layout {
  const earlier = earlierOf(graph, before)
  const layout = layOutIn(graph, { frame, room: frame.width, earlier })
  const excess = frame.down ? layout.width - frame.width : 0
  // Edges that pass between the nodes of a row need room, too, so its nodes get less of it.
  return excess > 0 ? layOutIn(graph, { frame, room: frame.width - excess, earlier }) : layout
}

interface Before {
  readonly layout: Layout
  readonly isFixed: boolean
}

interface Room {
  readonly frame: Frame
  /** The width that the nodes of a row share on a phone. */
  readonly room: number
  readonly earlier: Earlier
}

function layOutIn(graph: Graph, { frame, room, earlier }: Room): Layout {
  const countIn = (column: number): number =>
    graph.nodes.filter((node) => node.column === column).length
  const sizes = new Map(
    graph.nodes.map((node) => [node.id, sizeOf(node, frame, room / countIn(node.column))]),
  )
  const along = (id: string): number => sideOf(sizes.get(id), frame.down ? 'height' : 'width')
  const across = (id: string): number => sideOf(sizes.get(id), frame.down ? 'width' : 'height')
  const bands = bandsOf(graph, along, frame)
  const columns = new Map(graph.nodes.map(({ id, column }) => [id, column]))
  const placed = placeAcross(
    graph.nodes.map(({ id, column }) => ({ id, column, size: across(id) })),
    graph.edges.flatMap(({ id, from, to }) => {
      const [a, b] = [columns.get(from) ?? 0, columns.get(to) ?? 0]
      if (a === b) return []
      return [a < b ? { id, from, to } : { id, from: to, to: from }]
    }),
    { gap: frame.down ? gapOnPhone : 20, earlier },
  )
  const turn = turnOf(
    placed,
    graph.nodes.map(({ id }) => ({ id, size: across(id) })),
    frame,
  )
  const nodes = new Map(
    graph.nodes.map((node) => {
      const { start, end } = bands.get(node.column) ?? { start: 0, end: 0 }
      const middle = turn.point((start + end) / 2, placed.nodes.get(node.id) ?? 0)
      const size = sizes.get(node.id) ?? { width: 0, height: 0 }
      return [node.id, { node, ...middle, ...size }] as const
    }),
  )
  const edges = graph.edges.map((edge) => {
    const through = pathOf(edge, { nodes, bands, placed, turn, down: frame.down })
    return [edge.id, { edge, path: smoothPath(through, frame.down) }] as const
  })
  const length = Math.max(0, ...[...bands.values()].map(({ end }) => end)) + margin
  return { nodes, edges: new Map(edges), down: frame.down, ...turn.size(length) }
}

function sideOf(size: Size | undefined, side: keyof Size): number {
  return size?.[side] ?? 0
}

/** Where nodes were that are still in the same column. One that has come from another column is new there. */
function earlierOf(graph: Graph, before: Before | undefined): Earlier {
  const places = graph.nodes.flatMap((node) => {
    const placed = before?.layout.nodes.get(node.id)
    if (placed === undefined || !isSameColumn(node, placed.node)) return []
    return [[node.id, before?.layout.down === true ? placed.x : placed.y] as const]
  })
  return { places: new Map(places), isFixed: before?.isFixed === true }
}

/** The columns behind those of the exchanges have other numbers if there are more exchanges in a row. */
function isSameColumn(a: GraphNode, b: GraphNode): boolean {
  return a.kind === 'exchange' ? a.column === b.column : (a.column === 0) === (b.column === 0)
}

/** Each column gets as much room as its largest node; the gaps share the rest. */
function bandsOf(
  graph: Graph,
  along: (id: string) => number,
  frame: Frame,
): ReadonlyMap<number, Band> {
  const columns = [...new Set(graph.nodes.map(({ column }) => column))].toSorted((a, b) => a - b)
  const sizes = columns.map((column) =>
    Math.max(...graph.nodes.filter((node) => node.column === column).map(({ id }) => along(id))),
  )
  const least = columns.map((column) => leastGap(graph, column, frame))
  const used = [...sizes, ...least.slice(1)].reduce((sum, size) => sum + size, 2 * margin)
  const share = (frame.width - used) / Math.max(1, columns.length - 1)
  const more = frame.down ? 0 : Math.min(90, Math.max(0, share))
  const bands = new Map<number, Band>()
  let at = margin
  for (const [i, column] of columns.entries()) {
    if (i > 0) at += (least[i] ?? 0) + more
    bands.set(column, { start: at, end: at + (sizes[i] ?? 0) })
    at += sizes[i] ?? 0
  }
  return bands
}

/** The gap before a column has room for the keys of the bindings there. */
function leastGap({ nodes, edges }: Graph, column: number, { down }: Frame): number {
  const here = new Set(nodes.filter((node) => node.column === column).map(({ id }) => id))
  const keys = edges
    .filter(({ to, kind }) => here.has(to) && kind === 'binding')
    .map((edge) => edge.keys)
  if (down) return 40 + 8 * Math.max(0, ...keys.map(({ length }) => length))
  const longest = Math.max(0, ...keys.flat().map(({ length }) => length))
  return longest === 0 ? 32 : Math.min(190, 30 + 6.7 * longest)
}

/** Turns "along" and "across" into x and y. */
interface Turn {
  point(along: number, across: number): Point
  size(length: number): Size
}

function turnOf(
  placed: Across,
  nodes: readonly { readonly id: string; readonly size: number }[],
  { width, down }: Frame,
): Turn {
  const at = (id: string): number => placed.nodes.get(id) ?? 0
  const bypasses = [...placed.edges.values()].flat().map((crossing) => crossing.at)
  const first = Math.min(
    ...nodes.map(({ id, size }) => at(id) - size / 2),
    ...bypasses.map((bypass) => bypass - 8),
    Infinity,
  )
  const last = Math.max(
    ...nodes.map(({ id, size }) => at(id) + size / 2),
    ...bypasses.map((bypass) => bypass + 8),
    -Infinity,
  )
  const extent = Number.isFinite(first) ? last - first : 0
  const full = down ? Math.max(width, extent + 2 * 4) : extent + 2 * margin
  const shift = (full - extent) / 2 - (Number.isFinite(first) ? first : 0)
  return {
    point: (along, across) =>
      down ? { x: across + shift, y: along } : { x: along, y: across + shift },
    size: (length) => (down ? { width: full, height: length } : { width: length, height: full }),
  }
}

interface Surroundings {
  readonly nodes: ReadonlyMap<string, PlacedNode>
  readonly bands: ReadonlyMap<number, Band>
  readonly placed: Across
  readonly turn: Turn
  readonly down: boolean
}

/** The points that an edge goes through: out of a node, past the columns in between, into the other. */
function pathOf(edge: GraphEdge, around: Surroundings): readonly Point[] {
  const [from, to] = [around.nodes.get(edge.from), around.nodes.get(edge.to)]
  if (from === undefined || to === undefined) return []
  const back = from.node.column > to.node.column
  const bypasses = back ? bypassesOf(edge, around).toReversed() : bypassesOf(edge, around)
  const { down } = around
  const out = portOf(from, { towards: bypasses[0] ?? to, back, leaves: true, down })
  const into = portOf(to, { towards: bypasses.at(-1) ?? from, back, leaves: false, down })
  return [out, ...bypasses, into]
}

/** Where the edge passes columns: straight along the whole column, so that it touches no node. */
function bypassesOf(edge: GraphEdge, { placed, bands, turn }: Surroundings): readonly Point[] {
  return (placed.edges.get(edge.id) ?? []).flatMap(({ column, at }) => {
    const band = bands.get(column)
    if (band === undefined) return []
    return [turn.point(band.start - 6, at), turn.point(band.end + 6, at)]
  })
}

interface Port {
  readonly towards: Point
  readonly back: boolean
  readonly leaves: boolean
  readonly down: boolean
}

/** A point at the border of a node. */
function portOf({ x, y, width, height }: PlacedNode, port: Port): Point {
  const { towards, back, leaves, down } = port
  const direction = back === leaves ? -1 : 1
  // What goes back has its own place, next to what goes forward.
  const aside = (size: number, toOther: number): number =>
    back ? Math.min(0.28 * size, 22) * (toOther < 0 ? -1 : 1) : 0
  return down
    ? { x: x + aside(width, towards.x - x), y: y + (direction * height) / 2 }
    : { x: x + (direction * width) / 2, y: y + aside(height, towards.y - y) }
}
