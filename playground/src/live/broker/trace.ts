/** A message of the firehose: that a client has published or received something. */
export interface Trace {
  readonly type: 'published' | 'delivered'
  readonly exchange: string
  readonly routingKey: string
  /** The queues that a published message was routed to, or the one that it was delivered from. */
  readonly queues: readonly string[]
  /** The name of the connection. */
  readonly connection: string
  /** The name that its client gave it, which only the embedded broker says. */
  readonly name: string | undefined
  readonly user: string
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
  const connection = text(headers['connection'])
  return {
    type: isPublish ? 'published' : 'delivered',
    exchange: text(headers['exchange_name']),
    routingKey,
    queues: isPublish
      ? texts(headers['routed_queues'])
      : [fields.routingKey.slice('deliver.'.length)],
    connection,
    name: text(headers['user_provided_name']) || nameWithoutSocket(connection),
    user: text(headers['user']),
    redelivered: Number(headers['redelivered'] ?? 0) > 0,
    properties,
    headers: record(own),
    body: content,
  }
}

/** Where a dead letter was before, the latest first. */
export function deathsOf({
  headers,
}: Trace): readonly { readonly queue: string; readonly reason: string }[] {
  const deaths: unknown = headers['x-death']
  if (!Array.isArray(deaths)) return []
  return deaths.map(({ queue, reason }: Readonly<Record<string, unknown>>) => ({
    queue: typeof queue === 'string' ? queue : '',
    reason: typeof reason === 'string' ? reason : '',
  }))
}

/** A connection is named by the addresses of its ends. What has none is not a program. */
function nameWithoutSocket(connection: string): string | undefined {
  return connection.includes(' -> ') ? undefined : 'management API'
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
