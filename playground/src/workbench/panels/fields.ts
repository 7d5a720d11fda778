import type { Field, Option } from './form.ts'

// The fields of the forms, with RabbitMQ's names for what they set.

function choices(...values: readonly string[]): readonly Option[] {
  return values.map((value) => ({ value, text: value }))
}

const name: Field = { name: 'name', label: 'Name', kind: 'text', required: true }
const durable: Field = { name: 'durable', label: 'Durable', kind: 'checkbox', value: true }

export const exchangeFields: readonly Field[] = [
  name,
  {
    name: 'type',
    label: 'Type',
    kind: 'select',
    options: choices('direct', 'fanout', 'topic', 'headers'),
  },
  durable,
  {
    name: 'alternate-exchange',
    label: 'Alternate exchange',
    kind: 'text',
    group: 'Arguments',
    placeholder: 'for messages without a queue',
  },
]

const overflow = ['drop-head', 'reject-publish', 'reject-publish-dlx']

const argumentFields: readonly Omit<Field, 'group'>[] = [
  { name: 'x-message-ttl', label: 'Message TTL (ms)', kind: 'number' },
  { name: 'x-max-length', label: 'Max length', kind: 'number' },
  {
    name: 'x-overflow',
    label: 'Overflow',
    kind: 'select',
    options: [{ value: '', text: 'default (drop-head)' }, ...choices(...overflow)],
  },
  { name: 'x-dead-letter-exchange', label: 'Dead letter exchange', kind: 'text' },
  { name: 'x-dead-letter-routing-key', label: 'Dead letter routing key', kind: 'text' },
  { name: 'x-delivery-limit', label: 'Delivery limit (quorum)', kind: 'number' },
  { name: 'x-max-priority', label: 'Max priority (classic)', kind: 'number' },
  { name: 'x-expires', label: 'Expires when unused (ms)', kind: 'number' },
  { name: 'x-single-active-consumer', label: 'Single active consumer', kind: 'checkbox' },
]

export const queueArguments = argumentFields.map((field) => field.name)

export const queueFields: readonly Field[] = [
  name,
  {
    name: 'type',
    label: 'Type',
    kind: 'select',
    options: choices('quorum', 'classic', 'stream'),
  },
  durable,
  ...argumentFields.map((field) => ({ ...field, group: 'Arguments' })),
  {
    name: 'others',
    label: 'Other arguments (JSON)',
    kind: 'json',
    group: 'Arguments',
    placeholder: '{"x-queue-leader-locator": "balanced"}',
  },
]

export const bindingFields: readonly Field[] = [
  { name: 'source', label: 'From exchange', kind: 'select' },
  { name: 'destination', label: 'To', kind: 'select' },
  { name: 'routing_key', label: 'Routing key', kind: 'text', placeholder: '*.error' },
  {
    name: 'arguments',
    label: 'Headers to match (JSON)',
    kind: 'json',
    group: 'Arguments',
    placeholder: '{"x-match": "all", "product": "cake"}',
  },
]

export const publishFields: readonly Field[] = [
  { name: 'exchange', label: 'Exchange', kind: 'select' },
  { name: 'routing_key', label: 'Routing key', kind: 'text' },
  { name: 'body', label: 'Body', kind: 'lines', value: 'Hello' },
  { name: 'persistent', label: 'Persistent', kind: 'checkbox', value: true, group: 'Properties' },
  {
    name: 'headers',
    label: 'Headers (JSON)',
    kind: 'json',
    group: 'Properties',
    placeholder: '{"product": "cake"}',
  },
  {
    name: 'properties',
    label: 'Other properties (JSON)',
    kind: 'json',
    group: 'Properties',
    placeholder: '{"expiration": "5000"}',
  },
]

export const getFields: readonly Field[] = [
  { name: 'queue', label: 'Queue', kind: 'select' },
  { name: 'count', label: 'How many', kind: 'number', value: '1', required: true },
  {
    name: 'mode',
    label: 'Afterwards',
    kind: 'select',
    options: [
      { value: 'requeue', text: 'put them back' },
      { value: 'remove', text: 'remove them from the queue' },
    ],
  },
]
