import type { PlacedNode } from '../layout/layout.ts'
import { fit, fitName, insetOf, type Fitted } from '../layout/sizes.ts'
import type { Slots } from '../layout/slots.ts'
import type { BrokerState, QueueState } from '../state/broker-state.ts'
import { consumerTraits, counted, countsOf, exchangeName, queueTraits } from '../state/words.ts'
import { setAttributes, setText, svg } from './svg.ts'

/** The height of a line with small letters. */
const smallLine = 11

/** What is written on a node. */
interface Face {
  /** It may be cut. */
  readonly title: Fitted
  readonly name: string
  readonly note: string
  /** A second line of notes. */
  readonly traits?: string
  /** What it is, for screen readers; with the whole title if that is cut. */
  readonly kind: string
}

/** A program, an exchange or a queue. */
export class NodeView {
  readonly element = svg('g', { role: 'button', tabindex: -1 })
  readonly #box = svg('rect', { class: 'mp-box' })
  readonly #track = svg('rect', { class: 'mp-track', rx: 5 })
  readonly #title = svg('text')
  /** What it is, with its whole name, if that is cut. */
  readonly #tooltip = svg('title')
  readonly #note = svg('text', { class: 'mp-note' })
  readonly #traits = svg('text', { class: 'mp-note' })
  readonly #more = svg('text', { class: 'mp-more' })

  constructor() {
    // Spaces, because the texts together are how the node is called.
    const texts = this.#texts.flatMap((text) => [text, ' '])
    this.element.append(this.#box, this.#track, ...texts, this.#tooltip)
  }

  get #texts(): readonly Element[] {
    return [this.#title, this.#note, this.#traits, this.#more]
  }

  /** Where it is. */
  move({ x, y }: PlacedNode): void {
    setAttributes(this.element, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` })
  }

  /** What it shows. */
  update(placed: PlacedNode, state: BrokerState, slots: Slots | undefined): void {
    const { node, width, height } = placed
    const face = faceOf(placed, state)
    setAttributes(this.element, { class: `mp-node ${classesOf(placed)}` })
    const rx = node.kind === 'exchange' ? height / 2 : node.kind === 'program' ? 9 : 3
    setAttributes(this.#box, { x: -width / 2, y: -height / 2, width, height, rx })
    this.#setTitle(face)
    setText(this.#note, face.note)
    setText(this.#traits, face.traits ?? '')
    this.#arrange(placed)
    this.#updateTray(placed, slots)
    const visible = this.#texts.map(({ textContent }) => textContent).filter((text) => text !== '')
    setAttributes(this.element, { 'aria-label': `${visible.join(' ')}, ${face.kind}` })
  }

  #setTitle({ title, name, kind }: Face): void {
    const text = textOf(title)
    setAttributes(this.#title, { class: `mp-title${title.isSmall ? ' mp-small' : ''}` })
    setText(this.#tooltip, text === name ? '' : kind)
    const lines = this.#title.children
    if (lines.length === title.lines.length && this.#title.textContent === text) return
    this.#title.replaceChildren(...title.lines.map((line) => svg('tspan', {}, line)))
  }

  #arrange({ node, width, height }: PlacedNode): void {
    const isCentered = node.kind === 'exchange' || !hasTray(node)
    const anchor = isCentered ? 'middle' : 'start'
    const x = isCentered ? 0 : insetOf(width) - width / 2
    const isOneLine = this.#note.textContent === ''
    const top = isCentered ? (isOneLine ? 4 : -3) : 20 - height / 2
    const lines = [...this.#title.children]
    const isTall = lines.length > 1
    setAttributes(this.#title, { 'text-anchor': anchor })
    for (const [i, line] of lines.entries())
      setAttributes(line, { x, y: isTall ? top - 6 + smallLine * i : top })
    const below = top + (isTall ? 18 : 15)
    setAttributes(this.#note, { x, y: below, 'text-anchor': anchor })
    setAttributes(this.#traits, { x, y: below + (isTall ? 13 : 15), 'text-anchor': anchor })
  }

  #updateTray({ node, width, height }: PlacedNode, slots?: Slots): void {
    const isQueue = node.kind === 'queue'
    const hidden = hasTray(node) ? undefined : 'none'
    const trackHeight = isQueue ? 29 : 27
    setAttributes(this.#track, {
      x: 6 - width / 2,
      y: height / 2 - trackHeight - 5,
      width: width - 12,
      height: trackHeight,
      display: hidden,
    })
    const more = slots?.more ?? 0
    setText(this.#more, more === 0 ? '' : `+${more}`)
    if (slots !== undefined)
      setAttributes(this.#more, {
        x: slots.moreAt.x,
        y: slots.moreAt.y + 4,
        'text-anchor': 'middle',
      })
  }
}

function hasTray(node: PlacedNode['node']): boolean {
  return node.kind === 'queue' || (node.kind === 'program' && node.consumes)
}

function classesOf({ node }: PlacedNode): string {
  if (node.kind === 'exchange')
    return `mp-exchange${node.exchange.name === '' ? ' mp-default' : ''}`
  return node.kind === 'queue' ? 'mp-queue' : `mp-program mp-${node.program.state}`
}

function faceOf({ node, width }: PlacedNode, state: BrokerState): Face {
  switch (node.kind) {
    case 'program': {
      const { id, name, state: how } = node.program
      const title = fitName(name, width)
      const traits = consumerTraits(state.topology.consumers.filter((each) => each.program === id))
      const held = state.heldBy(id).length
      const holds = held === 0 ? '' : ` that holds ${counted(held, 'message')}`
      const kind = `${kindOf('program', name, title)}${holds}`
      return { title, name, note: how === 'running' ? traits : how, kind }
    }
    case 'exchange': {
      const { type } = node.exchange
      const name = exchangeName(node.exchange.name)
      const isDefault = node.exchange.name === ''
      const title = isDefault ? defaultTitle(width) : fitName(name, width)
      return { title, name, note: isDefault ? '' : type, kind: kindOf('exchange', name, title) }
    }
    case 'queue':
      return queueFace(state.queue(node.queue.queue.name) ?? node.queue, width, state)
  }
}

/** Where the whole name has no room, only its first word is drawn. */
function defaultTitle(width: number): Fitted {
  return { lines: [width < 100 ? 'default' : 'default exchange'], isSmall: false }
}

function queueFace(shown: QueueState, width: number, state: BrokerState): Face {
  const { name } = shown.queue
  const title = queueTitle(name, width, state)
  const { ready, unacked } = countsOf(shown)
  const isNarrow = width < 150
  const waiting = unacked === 0 ? '' : `${unacked} unacked`
  return {
    title,
    name,
    note: [`${ready} ready`, isNarrow ? '' : waiting].filter((text) => text !== '').join(' · '),
    traits: isNarrow ? waiting : fit(queueTraits(shown.queue).join(' · '), width - 20, 5.7),
    kind: kindOf('queue', name, title),
  }
}

/** A name that the broker chose says nothing, so a queue with one is called by its consumer. */
function queueTitle(name: string, width: number, state: BrokerState): Fitted {
  const [consumer, another] = state.consumersOf(name)
  const owner = consumer && state.program(consumer.program)?.name
  if (!name.startsWith('amq.gen-') || owner === undefined || another !== undefined)
    return fitName(name, width)
  const whole = fitName(`queue of ${owner}`, width)
  return whole.isSmall ? fitName(owner, width) : whole
}

function kindOf(kind: string, name: string, title: Fitted): string {
  return textOf(title) === name ? kind : `${kind} ${name}`
}

function textOf({ lines }: Fitted): string {
  return lines.join('')
}
