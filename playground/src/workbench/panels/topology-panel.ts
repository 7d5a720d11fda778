import type { Topology } from '../../picture/update.ts'
import { button, element } from '../../stage/dom.ts'
import type { Bench } from '../bench/bench.ts'
import {
  addBinding,
  addExchange,
  addQueue,
  removeBinding,
  removeExchange,
  removeQueue,
} from '../state/edits.ts'
import {
  contentOf,
  keyOf,
  type BindingDefinition,
  type Content,
  type ExchangeDefinition,
  type QueueDefinition,
  type WorkbenchState,
} from '../state/state.ts'
import { bindingFields, exchangeFields, queueArguments, queueFields } from './fields.ts'
import { Form, type Option, type Values } from './form.ts'

interface Removal {
  /** For screen readers. */
  readonly label: string
  readonly run: () => Promise<void>
}

const empty: Topology = { programs: [], exchanges: [], queues: [], bindings: [], consumers: [] }

/** The exchanges, queues and bindings: what the reader has made, and what programs have declared. */
export class TopologyPanel {
  readonly element = element('div', { class: 'mp-topology' })
  readonly #bench: Bench
  readonly #onProblem: (problem: unknown) => void
  readonly #lists = {
    exchanges: element('ul'),
    queues: element('ul'),
    bindings: element('ul'),
  }
  readonly #binding: Form
  #topology = empty
  #shown = ''

  constructor(bench: Bench, onProblem: (problem: unknown) => void) {
    this.#bench = bench
    this.#onProblem = onProblem
    const exchange = new Form({
      label: 'Add an exchange',
      fields: exchangeFields,
      submit: 'Add exchange',
      onSubmit: (values) => bench.change((state) => addExchange(state, exchangeIn(values))),
    })
    const queue = new Form({
      label: 'Add a queue',
      fields: queueFields,
      submit: 'Add queue',
      onSubmit: (values) => bench.change((state) => addQueue(state, queueIn(values))),
    })
    this.#binding = new Form({
      label: 'Add a binding',
      fields: bindingFields,
      submit: 'Add binding',
      onSubmit: (values) => this.#bind(values),
    })
    this.element.append(
      section('Exchanges', this.#lists.exchanges, exchange),
      section('Queues', this.#lists.queues, queue),
      section('Bindings', this.#lists.bindings, this.#binding),
    )
  }

  /** The state is another one, or the broker has something else. */
  show(state: WorkbenchState, topology = this.#topology): void {
    this.#topology = topology
    const content = contentOf(state)
    // Counts of messages change all the time, and are in the picture.
    const shown = JSON.stringify([content, topology.exchanges, topology.bindings, names(topology)])
    if (shown === this.#shown) return
    this.#shown = shown
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null
    this.#showExchanges(content)
    this.#showQueues(content)
    this.#showBindings(content)
    // A program may have declared something while the reader was about to press a button.
    if (focused?.isConnected === false) this.#focus(focused.getAttribute('aria-label') ?? '')
    this.#binding.offer('source', this.#sources(content))
    this.#binding.offer('destination', this.#destinations(content))
  }

  #focus(label: string): void {
    this.element.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`)?.focus()
  }

  #showExchanges({ exchanges }: Content): void {
    const own = exchanges.map(({ name, type, durable, arguments: args }) => {
      const about = [type, durable ? '' : 'not durable', argumentsText(args)]
      return this.#row(name, about, {
        label: `Delete exchange ${name}`,
        run: () => this.#bench.change((state) => removeExchange(state, name)),
      })
    })
    const others = this.#topology.exchanges.filter(
      ({ name }) => isNamed(name) && !exchanges.some((each) => each.name === name),
    )
    const declared = others.map(({ name, type }) =>
      this.#row(name, [type, 'declared by a program'], {
        label: `Delete exchange ${name}`,
        run: () => this.#bench.delete('exchange', name),
      }),
    )
    fill(this.#lists.exchanges, [...own, ...declared])
  }

  #showQueues({ queues }: Content): void {
    const own = queues.map(({ name, type, durable, arguments: args }) => {
      const about = [type ?? 'classic', durable ? '' : 'not durable', argumentsText(args)]
      return this.#row(name, about, {
        label: `Delete queue ${name}`,
        run: () => this.#bench.change((state) => removeQueue(state, name)),
      })
    })
    const others = this.#topology.queues.filter(
      ({ name }) => isNamed(name) && !queues.some((each) => each.name === name),
    )
    const declared = others.map(({ name, type, arguments: args }) =>
      this.#row(name, [type, argumentsText(args), 'declared by a program'], {
        label: `Delete queue ${name}`,
        run: () => this.#bench.delete('queue', name),
      }),
    )
    fill(this.#lists.queues, [...own, ...declared])
  }

  #showBindings({ bindings }: Content): void {
    const own = bindings.map((binding) => {
      const text = bindingText(binding)
      return this.#row(text, [argumentsText(binding.arguments)], {
        label: `Delete binding ${text}`,
        run: () => this.#bench.change((state) => removeBinding(state, binding)),
      })
    })
    const known = new Set(bindings.map(keyOf))
    const others = this.#topology.bindings
      .map(definitionOf)
      .filter((binding) => binding.source !== '' && !known.has(keyOf(binding)))
    const declared = others.map((binding) =>
      this.#row(bindingText(binding), [argumentsText(binding.arguments), 'made by a program']),
    )
    fill(this.#lists.bindings, [...own, ...declared])
  }

  #row(name: string, about: readonly string[], remove?: Removal): HTMLElement {
    const details = about.filter((each) => each !== '').join(', ')
    const row = element('li', {}, element('b', {}, name), ' ', element('span', {}, details))
    if (remove === undefined) return row
    const { label, run } = remove
    row.append(button('Delete', () => void run().catch(this.#onProblem), { 'aria-label': label }))
    return row
  }

  #sources({ exchanges }: Content): readonly Option[] {
    const predeclared = ['amq.direct', 'amq.fanout', 'amq.headers', 'amq.topic']
    const live = this.#topology.exchanges.map(({ name }) => name).filter(isNamed)
    const all = new Set([...exchanges.map(({ name }) => name), ...live, ...predeclared])
    return Array.from(all, (name) => ({ value: name, text: name }))
  }

  #destinations({ queues, exchanges }: Content): readonly Option[] {
    const live = this.#topology.queues.map(({ name }) => name)
    const toQueues = new Set([...queues.map(({ name }) => name), ...live])
    toQueues.delete('amq.rabbitmq.reply-to')
    const liveExchanges = this.#topology.exchanges.map(({ name }) => name).filter(isNamed)
    const toExchanges = new Set([...exchanges.map(({ name }) => name), ...liveExchanges])
    return [
      ...Array.from(toQueues, (name) => ({ value: `queue:${name}`, text: name })),
      ...Array.from(toExchanges, (name) => ({
        value: `exchange:${name}`,
        text: `exchange ${name}`,
      })),
    ]
  }

  async #bind(values: Values): Promise<void> {
    const [, kind = '', destination = ''] = /^(\w+):(.*)$/s.exec(values.text('destination')) ?? []
    if (destination === '') throw new Error('add a queue or an exchange first')
    const binding: BindingDefinition = {
      source: values.text('source'),
      destination,
      destination_type: kind === 'exchange' ? 'exchange' : 'queue',
      routing_key: values.text('routing_key'),
      arguments: values.object('arguments'),
    }
    const content = await this.#bench.content()
    await this.#bench.change((state) => addBinding(withEnds(state, binding, content), binding))
  }
}

/**
 * A binding needs both of its ends, also in a page that opens the link. So an end that a program has declared becomes
 * a part of the state.
 */
function withEnds(
  state: WorkbenchState,
  { source, destination, destination_type: type }: BindingDefinition,
  { exchanges = [], queues = [] }: Partial<Content>,
): WorkbenchState {
  const content = contentOf(state)
  const isEnd = (name: string): boolean =>
    name === source || (type === 'exchange' && name === destination)
  const newExchanges = exchanges.filter(
    ({ name }) => isEnd(name) && !content.exchanges.some((each) => each.name === name),
  )
  const newQueues = queues.filter(
    ({ name }) =>
      type === 'queue' &&
      name === destination &&
      !content.queues.some((each) => each.name === name),
  )
  const withExchanges = newExchanges.reduce(addExchange, state)
  return newQueues.reduce(addQueue, withExchanges)
}

function section(title: string, list: HTMLElement, form: Form): HTMLElement {
  const heading = element('h3', {}, title)
  return element('section', { 'aria-label': title }, heading, list, form.element)
}

function fill(list: HTMLElement, rows: readonly HTMLElement[]): void {
  const none = element('li', { class: 'mp-none' }, 'none')
  list.replaceChildren(...(rows.length === 0 ? [none] : rows))
}

/** Those of the broker itself are always there. */
function isNamed(name: string): boolean {
  return name !== '' && !name.startsWith('amq.')
}

function names({ queues }: Topology): readonly string[] {
  return queues.map(({ name }) => name)
}

function definitionOf(binding: Topology['bindings'][number]): BindingDefinition {
  const { source, destination, destinationType, routingKey, arguments: args } = binding
  const ends = { source, destination, destination_type: destinationType }
  return { ...ends, routing_key: routingKey, arguments: args }
}

function bindingText({ source, destination, routing_key: key }: BindingDefinition): string {
  return key === '' ? `${source} → ${destination}` : `${source} → ${destination}: ${key}`
}

function argumentsText(args: Readonly<Record<string, unknown>>): string {
  return Object.entries(args)
    .filter(([name]) => name !== 'x-queue-type')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

function exchangeIn(values: Values): ExchangeDefinition {
  return {
    name: values.text('name').trim(),
    type: values.text('type'),
    durable: values.isChecked('durable'),
    auto_delete: false,
    internal: false,
    arguments: values.filled('alternate-exchange'),
  }
}

function queueIn(values: Values): QueueDefinition {
  const type = values.text('type')
  return {
    name: values.text('name').trim(),
    type,
    durable: values.isChecked('durable'),
    auto_delete: false,
    arguments: {
      ...(type !== 'classic' && { 'x-queue-type': type }),
      ...values.filled(...queueArguments),
      ...values.object('others'),
    },
  }
}
