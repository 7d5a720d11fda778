import { deathsOf, type History } from '../state/history.ts'
import type { BrokerState } from '../state/broker-state.ts'
import { countsOf, duration, exchangeName, queueTraits } from '../state/words.ts'
import type { Message } from '../state/update.ts'
import { html } from './svg.ts'

/** What is selected: a message, or a node by its id in the picture. */
export type Selection =
  | { readonly type: 'message'; readonly message: number }
  | { readonly type: 'node'; readonly node: string }

interface PanelOptions {
  readonly state: BrokerState
  readonly history: History
  /** The broker's time. */
  readonly now: () => number
  readonly onClose: () => void
}

/** Tells more about what is selected. */
export class Panel {
  readonly element = html('section', { class: 'mp-panel', hidden: '', tabindex: -1 })
  readonly #options: PanelOptions
  readonly #body = html('div')
  readonly #title = html('h3')
  #shown = ''

  constructor(options: PanelOptions) {
    this.#options = options
    const close = html('button', { type: 'button', 'aria-label': 'Close' }, '×')
    close.addEventListener('click', options.onClose)
    this.element.append(html('header', {}, this.#title, close), this.#body)
  }

  show(selection: Selection | undefined): void {
    this.element.hidden = selection === undefined
    if (selection === undefined) return
    const [title, parts] =
      selection.type === 'message'
        ? this.#message(selection.message)
        : [this.#titleOf(selection.node), this.#node(selection.node)]
    const content = html('div', {}, ...parts)
    // What has not changed keeps its focus and its text selection.
    if (title + content.innerHTML === this.#shown) return
    this.#shown = title + content.innerHTML
    this.#title.textContent = title
    this.element.setAttribute('aria-label', title)
    this.#body.replaceChildren(content)
  }

  #message(id: number): [string, readonly Node[]] {
    const { state, history } = this.#options
    const message = state.message(id)
    const now = this.#options.now()
    if (message === undefined) return [`Message ${id}`, [html('p', {}, 'Nothing else is known.')]]
    const past = history
      .of(id)
      .map(({ time, text }) => `${text} (${duration(Math.max(0, now - time))} ago)`)
    const deaths = deathsOf(message, state.topology.queues, now)
    return [
      `Message ${id}`,
      [
        html('pre', { class: 'mp-body' }, bodyOf(message)),
        facts({
          offset: message.offset,
          exchange: exchangeName(message.exchange),
          key: message.routingKey === '' ? '(empty)' : message.routingKey,
          ...message.properties,
          ...message.headers,
        }),
        ...list('x-death, in words', deaths),
        ...list('What happened', past),
      ],
    ]
  }

  #titleOf(node: string): string {
    const name = node.slice(2)
    if (node.startsWith('q:')) return `Queue ${name}`
    if (node.startsWith('p:')) return `Program ${this.#options.state.program(name)?.name ?? name}`
    return name === '' ? 'Default exchange' : `Exchange ${name}`
  }

  #node(node: string): readonly Node[] {
    const name = node.slice(2)
    if (node.startsWith('q:')) return this.#queue(name)
    if (node.startsWith('p:')) return this.#program(name)
    return this.#exchange(name)
  }

  #queue(name: string): readonly Node[] {
    const state = this.#options.state.queue(name)
    if (state === undefined) return [html('p', {}, 'It is deleted.')]
    const { ready, unacked } = countsOf(state)
    const traits = queueTraits(state.queue)
    const consumers = this.#options.state.consumersOf(name)
    return [
      facts({ ready, unacked, type: state.queue.type, ...state.queue.arguments }),
      ...list('In words', traits),
      ...list(
        'Consumers',
        consumers.map(({ program, prefetch, acks }) => {
          const who = this.#options.state.program(program)?.name ?? program
          return `${who}: ${acks ? `prefetch ${prefetch || 'without limit'}` : 'no acknowledgements'}`
        }),
      ),
    ]
  }

  #program(id: string): readonly Node[] {
    const { state } = this.#options
    const held = state.heldBy(id).map(({ copy, queue }) => `message ${copy.message} of ${queue}`)
    const consumers = state.topology.consumers.filter(({ program }) => program === id)
    return [
      facts({ state: state.program(id)?.state ?? 'ended' }),
      ...list(
        'Consumes',
        consumers.map(({ queue }) => queue),
      ),
      ...list('Holds, unacknowledged', held),
    ]
  }

  #exchange(name: string): readonly Node[] {
    const { topology } = this.#options.state
    if (name === '')
      return [html('p', {}, 'Every queue is bound to it by its own name: a key names the queue.')]
    const { type = 'unknown' } = topology.exchanges.find((each) => each.name === name) ?? {}
    const bindings = topology.bindings.filter(({ source }) => source === name)
    return [
      facts({ type }),
      ...list(
        'Bindings',
        bindings.map(({ routingKey, destination }) => `"${routingKey}" → ${destination}`),
      ),
    ]
  }
}

function bodyOf({ body, bytes }: Message): string {
  if (body === undefined) return `(${bytes} bytes that are not text)`
  if (body === '') return '(empty)'
  return body
}

function facts(all: Readonly<Record<string, unknown>>): HTMLElement {
  const rows = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [html('dt', {}, name), html('dd', {}, valueText(value))])
  return html('dl', {}, ...rows)
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 1)
}

function list(title: string, items: readonly string[]): readonly Node[] {
  if (items.length === 0) return []
  return [html('h4', {}, title), html('ol', {}, ...items.map((item) => html('li', {}, item)))]
}
