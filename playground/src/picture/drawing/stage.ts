import type { Layout, PlacedNode } from '../layout/layout.ts'
import { between, blend, ease, type Point } from '../motion/path.ts'
import type { Way } from '../motion/ways.ts'

/** How long nodes take to their new places. */
const moveTime = 500

/** Where everything is at the moment, while nodes move to the places of a new layout. */
export class Stage {
  #layout: Layout
  #before: Layout
  /** How far nodes have moved, from 0 to 1. */
  #part = 1

  constructor(layout: Layout) {
    this.#layout = layout
    this.#before = layout
  }

  get layout(): Layout {
    return this.#layout
  }

  get isMoving(): boolean {
    return this.#part < 1
  }

  /** The size of the picture. It grows at once and shrinks in the end, so that nothing is cut off. */
  get height(): number {
    if (!this.isMoving) return this.#layout.height
    return Math.max(this.#layout.height, this.#before.height)
  }

  replace(layout: Layout, { animate }: { readonly animate: boolean }): void {
    this.#before = { ...this.#layout, nodes: this.#currentNodes(), edges: this.#currentEdges() }
    this.#layout = layout
    this.#part = animate ? 0 : 1
  }

  advance(milliseconds: number): void {
    this.#part = Math.min(1, this.#part + milliseconds / moveTime)
  }

  node(id: string): PlacedNode | undefined {
    const node = this.#layout.nodes.get(id)
    const before = this.#before.nodes.get(id)
    if (node === undefined || before === undefined || !this.isMoving) return node
    return { ...node, ...between(before, node, ease(this.#part)) }
  }

  path(id: string): readonly Point[] | undefined {
    const path = this.#layout.edges.get(id)?.path
    const before = this.#before.edges.get(id)?.path
    if (path === undefined || before === undefined || !this.isMoving) return path
    return blend(before, path, ease(this.#part))
  }

  /** The points of a way: along one edge, back along one, along several, or straight. */
  route(way: Way): readonly Point[] {
    const direct = this.path(`${way.from}>${way.to}`)
    if (direct !== undefined) return this.#withMiddles(way, direct)
    const back = this.path(`${way.to}>${way.from}`)
    if (back !== undefined) return this.#withMiddles(way, back.toReversed())
    const chain = this.#chain(way).flatMap((id) => this.path(id) ?? [])
    return this.#withMiddles(way, chain)
  }

  /** Messages go through the middle of an exchange, which keeps none of them. */
  #withMiddles({ from, to }: Way, points: readonly Point[]): readonly Point[] {
    const isStraight = points.length === 0
    const first = isStraight || from.startsWith('x:') ? this.node(from) : undefined
    const last = isStraight || to.startsWith('x:') ? this.node(to) : undefined
    return [first ?? [], points, last ?? []].flat()
  }

  /** The edges from one node to another one over exchanges in between. */
  #chain({ from, to }: Way): readonly string[] {
    const reached = new Map<string, readonly string[]>([[from, []]])
    for (const [id, edges] of reached) {
      if (id === to) return edges
      for (const { edge } of this.#layout.edges.values())
        if (edge.from === id && edge.kind === 'binding' && !reached.has(edge.to))
          reached.set(edge.to, [...edges, edge.id])
    }
    return []
  }

  #currentNodes(): Layout['nodes'] {
    return new Map(
      [...this.#layout.nodes.keys()].flatMap((id) => {
        const node = this.node(id)
        return node === undefined ? [] : [[id, node] as const]
      }),
    )
  }

  #currentEdges(): Layout['edges'] {
    return new Map(
      Array.from(this.#layout.edges, ([id, { edge, path }]) => [
        id,
        { edge, path: this.path(id) ?? path },
      ]),
    )
  }
}
