import type { Topology } from '../../picture/update.ts'
import { element } from '../../stage/dom.ts'
import type { Bench, GotMessage } from '../bench/bench.ts'
import { getFields, publishFields } from './fields.ts'
import { Form, type Option, type Values } from './form.ts'

/** Publishes and gets messages by hand. */
export class MessagePanel {
  readonly element: HTMLElement
  readonly #bench: Bench
  readonly #publish: Form
  readonly #get: Form
  readonly #found = element('ol', { class: 'mp-found', 'aria-label': 'Messages' })
  #shown = ''

  constructor(bench: Bench) {
    this.#bench = bench
    this.#publish = new Form({
      label: 'Publish a message',
      fields: publishFields,
      submit: 'Publish',
      keeps: ['routing_key', 'body', 'headers', 'properties'],
      onSubmit: (values) => this.#send(values),
    })
    this.#get = new Form({
      label: 'Get messages',
      fields: getFields,
      submit: 'Get',
      keeps: ['count'],
      onSubmit: (values) => this.#take(values),
    })
    this.element = element(
      'div',
      { class: 'mp-messages' },
      part('Publish a message', this.#publish.element),
      part('Get messages', this.#get.element, this.#found),
    )
  }

  show({ exchanges, queues }: Topology): void {
    const names = queues.map(({ name }) => name).filter((name) => name !== 'amq.rabbitmq.reply-to')
    const shown = JSON.stringify([exchanges, names])
    if (shown === this.#shown) return
    this.#shown = shown
    this.#publish.offer('exchange', [
      { value: '', text: 'the default exchange' },
      ...exchanges.map(({ name }) => name).flatMap((name) => (name === '' ? [] : [option(name)])),
    ])
    this.#get.offer('queue', names.map(option))
  }

  async #send(values: Values): Promise<string> {
    const headers = values.object('headers')
    const isRouted = await this.#bench.publish({
      exchange: values.text('exchange'),
      routingKey: values.text('routing_key'),
      body: values.text('body'),
      properties: {
        ...(values.isChecked('persistent') && { delivery_mode: 2 }),
        ...(Object.keys(headers).length > 0 && { headers }),
        ...values.object('properties'),
      },
    })
    if (!isRouted)
      throw new Error('no queue took the message: no binding matches, and it is dropped')
    return 'published'
  }

  async #take(values: Values): Promise<string> {
    const queue = values.text('queue')
    if (queue === '') throw new Error('there is no queue to get messages from')
    const removes = values.text('mode') === 'remove'
    const messages = await this.#bench.get(queue, Number(values.text('count')), removes)
    this.#found.replaceChildren(...messages.map(row))
    const [none, one] = [`${queue} has no ready message`, 'one message']
    if (messages.length === 0) return none
    return messages.length === 1 ? one : `${messages.length} messages`
  }
}

function part(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  return element('section', { 'aria-label': title }, element('h3', {}, title), ...children)
}

function option(name: string): Option {
  return { value: name, text: name }
}

function row({ payload, exchange, routing_key: key, redelivered, properties }: GotMessage) {
  const from = exchange === '' ? `key ${key}` : `from ${exchange}, key ${key}`
  const about = redelivered ? `${from}, redelivered` : from
  const fields = JSON.stringify(properties)
  const details = fields === '{}' || fields === '[]' ? '' : fields
  return element(
    'li',
    {},
    element('code', {}, payload),
    ' ',
    element('span', {}, about),
    element('code', { class: 'mp-properties' }, details),
  )
}
