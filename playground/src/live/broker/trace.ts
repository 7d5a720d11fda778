/** A message of the firehose: that a client has published or received something. */
export interface Trace {
  readonly type: 'published' | 'delivered'
  readonly exchange: string
  readonly routingKey: string
  /** The queues that a published message was routed to, or the one that it was delivered from. */
  readonly queues: readonly string[]
  /** The name of the connection. */
  readonly connection: string
  readonly redelivered: boolean
  readonly properties: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Uint8Array
}

interface Traced {
  readonly fields: { readonly routingKey: string }
  readonly properties: { readonly headers?: Readonly<Record<string, unknown>> | undefined }
  readonly content: Uint8Array
}

/** Reads what amq.rabbitmq.trace delivers. */
export function readTrace({ fields, properties: { headers = {} }, content }: Traced): Trace {
  const isPublish = fields.routingKey.startsWith('publish.')
  const { headers: own, ...properties } = record(headers['properties'])
  const [routingKey = ''] = texts(headers['routing_keys'])
  return {
    type: isPublish ? 'published' : 'delivered',
    exchange: text(headers['exchange_name']),
    routingKey,
    queues: isPublish
      ? texts(headers['routed_queues'])
      : [fields.routingKey.slice('deliver.'.length)],
    connection: text(headers['connection']),
    redelivered: Number(headers['redelivered'] ?? 0) > 0,
    properties,
    headers: record(own),
    body: content,
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
