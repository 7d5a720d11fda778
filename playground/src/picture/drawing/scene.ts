import { graphOf, type Graph } from '../layout/graph.ts'
import { layOut, type PlacedNode } from '../layout/layout.ts'
import { frameOf } from '../layout/sizes.ts'
import type { Traffic } from '../layout/traffic.ts'
import type { BrokerState } from '../state/broker-state.ts'
import { EdgeLayer } from './edge-layer.ts'
import { Keyboard, type Stop } from './keyboard.ts'
import { NodeView } from './node-view.ts'
import type { Selection } from './panel.ts'
import { Stage } from './stage.ts'
import { html, setAttributes, svg } from './svg.ts'
import { TokenLayer } from './token-layer.ts'

interface SceneOptions {
  readonly state: BrokerState
  readonly traffic: Traffic
  readonly still: boolean
  readonly label: string
  /** What it says while nothing is connected. */
  readonly empty: string
  readonly onSelect: (selection: Selection | undefined) => void
}

const help = 'Arrow keys move between programs, exchanges, queues and messages; Enter opens one.'

/** With less, nobody can read the names. */
const leastScale = 0.8

/** The drawing: edges, nodes, and messages above them. */
export class Scene {
  readonly element = html('div', { class: 'mp-scene' })
  readonly edges: EdgeLayer
  readonly tokens: TokenLayer
  readonly #options: SceneOptions
  readonly #svg: SVGSVGElement
  readonly #empty: HTMLElement
  readonly #stage: Stage
  readonly #keyboard: Keyboard
  readonly #nodeLayer = svg('g')
  readonly #nodes = new Map<string, NodeView>()
  #width = 0
  #widthOfLayout = 0
  #shape = ''

  constructor(options: SceneOptions) {
    this.#options = options
    this.#stage = new Stage(layOut({ nodes: [], edges: [] }, frameOf(0)))
    this.edges = new EdgeLayer(this.#stage)
    this.tokens = new TokenLayer(options.state, this.#stage)
    const { label } = options
    this.#empty = html('p', { class: 'mp-empty' }, options.empty)
    this.#svg = svg('svg', { role: 'group', 'aria-label': label, 'aria-description': help })
    this.#svg.append(this.edges.element, this.#nodeLayer, this.edges.pulses, this.tokens.element)
    this.element.append(this.#svg, this.#empty)
    // Not the svg: browsers put the focus on one that listens for it.
    this.#keyboard = new Keyboard(this.element, {
      stops: () => this.#stops(),
      onEscape: () => options.onSelect(undefined),
    })
    this.#svg.addEventListener('click', ({ target }) => this.#click(target))
  }

  get isMoving(): boolean {
    return this.#stage.isMoving || this.tokens.isMoving || this.edges.isMoving
  }

  /** Returns whether this changes the layout. */
  setWidth(width: number): boolean {
    const changes = width !== this.#width
    this.#width = width
    return changes
  }

  focus(): void {
    this.#keyboard.focusCurrent()
  }

  select(selection: Selection | undefined): void {
    this.tokens.select(selection?.type === 'message' ? selection.message : undefined)
    const node = selection?.type === 'node' ? selection.node : undefined
    for (const [id, { element }] of this.#nodes)
      element.classList.toggle('mp-selected', id === node)
  }

  /** Takes over what has changed in the broker. */
  sync(): void {
    const { state, traffic, still } = this.#options
    const graph = graphOf(state, traffic)
    const shape = shapeOf(graph, this.#width)
    if (shape !== this.#shape) {
      // What is placed for the first time, or in another frame, does not come from anywhere.
      const isNew = this.#shape === '' || this.#width !== this.#widthOfLayout
      this.#shape = shape
      this.#widthOfLayout = this.#width
      // While things are only declared, it is better to swap rows than to draw edges across each other.
      const before = { layout: this.#stage.layout, isFixed: this.tokens.hasMoved }
      const layout = layOut(graph, frameOf(this.#width), before)
      this.#stage.replace(layout, { animate: !still && !isNew })
      this.edges.sync()
    }
    this.#empty.hidden = graph.nodes.length > 0
    const hadFocus = this.#svg.contains(document.activeElement)
    this.tokens.sync()
    this.#syncNodes()
    this.#keyboard.refresh(hadFocus)
  }

  advance(milliseconds: number, now: number): void {
    const wasMoving = this.#stage.isMoving
    this.#stage.advance(milliseconds)
    if (wasMoving || this.#svg.getAttribute('viewBox') === null) this.#place()
    this.tokens.advance(milliseconds, now, this.#options.still)
    this.edges.advance(now, this.#options.still)
  }

  #place(): void {
    const { layout, height } = this.#stage
    const width = Math.max(this.#width, layout.width)
    const left = (layout.width - width) / 2
    // A picture that is a little too wide becomes smaller; any other one can be scrolled.
    const scale = Math.max(leastScale, Math.min(1, this.#width / width))
    const viewBox = `${left} 0 ${width} ${height}`
    setAttributes(this.#svg, { viewBox, width: width * scale, height: height * scale })
    this.edges.place()
    for (const [id, view] of this.#nodes) {
      const placed = this.#stage.node(id)
      if (placed !== undefined) view.move(placed)
    }
  }

  #syncNodes(): void {
    const { nodes } = this.#stage.layout
    for (const [id, { element }] of this.#nodes)
      if (!nodes.has(id)) {
        element.remove()
        this.#nodes.delete(id)
      }
    for (const [id, placed] of nodes) {
      const view = this.#nodes.get(id) ?? this.#createNode(id)
      view.update(placed, this.#options.state, this.tokens.slotsOf(id))
    }
    this.#place()
  }

  #createNode(id: string): NodeView {
    const view = new NodeView()
    setAttributes(view.element, { 'data-id': id })
    this.#nodes.set(id, view)
    this.#nodeLayer.append(view.element)
    return view
  }

  /** Everything that the arrow keys reach, in the order in which messages move. */
  #stops(): readonly Stop[] {
    const placed = [...this.#stage.layout.nodes.values()]
    return placed.toSorted(inReadingOrder).flatMap(({ node }) => {
      const view = this.#nodes.get(node.id)
      if (view === undefined) return []
      const open = (): void => this.#options.onSelect({ type: 'node', node: node.id })
      const messages = this.tokens.tokensAt(node.id).map(({ element, message }) => ({
        element,
        node: node.id,
        isNode: false,
        open: () => this.#options.onSelect({ type: 'message', message }),
      }))
      return [{ element: view.element, node: node.id, isNode: true, open }, ...messages]
    })
  }

  #click(target: EventTarget | null): void {
    if (!(target instanceof Element)) return
    const message = target.closest('[data-message]')?.getAttribute('data-message')
    const node = target.closest('[data-id]')?.getAttribute('data-id')
    if (message !== null && message !== undefined)
      this.#options.onSelect({ type: 'message', message: Number(message) })
    else if (node !== null && node !== undefined) this.#options.onSelect({ type: 'node', node })
    else this.#options.onSelect(undefined)
  }
}

/** What decides the layout. */
function shapeOf({ nodes, edges }: Graph, width: number): string {
  const parts = nodes.map((node) => [node.id, node.column, 'consumes' in node && node.consumes])
  return JSON.stringify([width, parts, edges.map(({ id, keys }) => [id, keys])])
}

function inReadingOrder(a: PlacedNode, b: PlacedNode): number {
  const byColumn = a.node.column - b.node.column
  return byColumn === 0 ? a.y - b.y || a.x - b.x : byColumn
}
