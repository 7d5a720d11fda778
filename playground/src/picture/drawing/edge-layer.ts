import type { GraphEdge } from '../layout/graph.ts'
import { pathData, pointAlong, pointAt, ease, type Point } from '../motion/path.ts'
import type { Pulse } from '../motion/player.ts'
import type { Stage } from './stage.ts'
import { setAttributes, setText, svg } from './svg.ts'

interface EdgeView {
  readonly group: SVGGElement
  readonly line: SVGPathElement
  readonly label: SVGTextElement
}

/** Of the keys of a binding. */
const lineHeight = 14

let nextId = 0

interface PulseView {
  readonly pulse: Pulse
  readonly group: SVGGElement
}

/** The lines between nodes, with the keys of bindings, and the pulses on them. */
export class EdgeLayer {
  readonly element = svg('g', { class: 'mp-edges' })
  readonly pulses = svg('g', { class: 'mp-pulses' })
  readonly #stage: Stage
  readonly #views = new Map<string, EdgeView>()
  readonly #pulses = new Set<PulseView>()
  /** A page can have several pictures. */
  readonly #arrow = `mp-arrow-${nextId++}`

  constructor(stage: Stage) {
    this.#stage = stage
    const marker = { id: this.#arrow, viewBox: '0 0 8 8', refX: 7, refY: 4, orient: 'auto' }
    const size = { markerWidth: 7, markerHeight: 7, markerUnits: 'userSpaceOnUse' }
    const tip = svg('path', { class: 'mp-tip', d: 'M1 1 L7 4 L1 7' })
    this.element.append(svg('defs', {}, svg('marker', { ...marker, ...size }, tip)))
  }

  get isMoving(): boolean {
    return this.#pulses.size > 0
  }

  sync(): void {
    const { edges } = this.#stage.layout
    for (const [id, view] of this.#views)
      if (!edges.has(id)) {
        view.group.remove()
        this.#views.delete(id)
      }
    for (const { edge } of edges.values()) this.#update(edge)
    this.place()
  }

  /** Draws the lines where they are at the moment. */
  place(): void {
    for (const [id, { line, label }] of this.#views) {
      const path = this.#stage.path(id)
      if (path === undefined) continue
      setAttributes(line, { d: pathData(path) })
      const { x, y } = this.#labelPlace(path, label.childElementCount)
      for (const part of label.children) setAttributes(part, { x: x.toFixed(1) })
      setAttributes(label, { x: x.toFixed(1), y: y.toFixed(1) })
    }
  }

  addPulse(pulse: Pulse): void {
    const count = pulse.count.toLocaleString('en')
    const radius = Math.min(26, 11 + 4 * Math.log10(pulse.count))
    const width = Math.max(2 * radius, 7.5 * count.length + 14)
    const box = { x: -width / 2, y: -radius, width, height: 2 * radius, rx: radius }
    const text = svg('text', { y: 4, 'text-anchor': 'middle' }, count)
    const group = svg('g', { class: 'mp-pulse' }, svg('rect', box), text)
    this.pulses.append(group)
    this.#pulses.add({ pulse, group })
  }

  advance(now: number, still: boolean): void {
    for (const view of this.#pulses) {
      const { way, start, end } = view.pulse
      const part = still ? 0.5 : ease(Math.min(1, (now - start) / (end - start)))
      const { x, y } = pointAlong(this.#stage.route(way), part)
      setAttributes(view.group, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` })
      if (now < end) continue
      view.group.remove()
      this.#pulses.delete(view)
    }
  }

  #update(edge: GraphEdge): void {
    const view = this.#views.get(edge.id) ?? this.#create(edge.id)
    setAttributes(view.group, { class: `mp-edge mp-${edge.kind}` })
    const keys = edge.keys.filter((key) => key !== '')
    const text = keys.join('\n')
    if (view.label.getAttribute('data-keys') === text) return
    setAttributes(view.label, { 'data-keys': text })
    view.label.replaceChildren(
      ...keys.map((key, i) => svg('tspan', { dy: i === 0 ? 0 : lineHeight }, key)),
    )
  }

  #create(id: string): EdgeView {
    const line = svg('path', { 'marker-end': `url(#${this.#arrow})` })
    const label = svg('text', { class: 'mp-key', 'text-anchor': 'middle' })
    setText(label, '')
    const view = { group: svg('g', {}, line, label), line, label }
    this.#views.set(id, view)
    this.element.append(view.group)
    return view
  }

  /** Near the queue, where edges that begin together are apart. */
  #labelPlace(path: readonly Point[], lines: number): Point {
    const { x, y } = pointAt(path, 0.62)
    const end = path.at(-1)
    // On a phone, keys have room only above their own queue.
    if (this.#stage.layout.down && end !== undefined)
      return { x: end.x, y: end.y - 12 - lineHeight * (lines - 1) }
    return { x, y: y - 6 }
  }
}
