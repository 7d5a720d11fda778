import type { SharedOptions } from '../invocation/call.ts'
import type { Kind } from './cell.ts'
import { isObject, type Json, type JsonObject } from '../api/json.ts'
import { channelPid, connectionPid, ownerPid } from './pid.ts'

/** A column of a list. */
export interface Column {
  readonly kind: Kind
  readonly of: (item: JsonObject) => Json | undefined
}

/** A command that lists something: where it is in the API, and what it shows. */
export interface List {
  readonly summary: string
  readonly resource: string
  /** The virtual host does not matter. */
  readonly ofAllVhosts?: boolean
  /** What it says before it asks. */
  readonly banner: (options: SharedOptions) => readonly string[]
  readonly columns: Readonly<Record<string, Column>>
  /** The columns that are shown if none are named. */
  readonly usual: readonly string[]
  /** The columns keep the order of `columns`, however they are named. */
  readonly fixedOrder?: boolean
}

function field(name: string, kind: Kind = 'plain'): Column {
  return { kind, of: (item) => item[name] }
}

/** Columns that are fields of the API's objects, and have the same names. */
function fields(...names: string[]): Record<string, Column> {
  return Object.fromEntries(names.map((name) => [name, field(name)]))
}

function classicField(name: string): Column {
  return { kind: 'plain', of: (queue) => (queue['type'] === 'classic' ? queue[name] : undefined) }
}

/** Columns that rabbitmqctl leaves empty for quorum queues. */
function classicFields(...names: string[]): Record<string, Column> {
  return Object.fromEntries(names.map((name) => [name, classicField(name)]))
}

const queueColumns = {
  ...fields('name', 'type', 'messages', 'messages_ready', 'messages_unacknowledged', 'consumers'),
  ...fields('durable', 'auto_delete', 'state', 'policy', 'operator_policy', 'memory'),
  ...fields('messages_ram', 'message_bytes_ram'),
  ...classicFields('exclusive', 'exclusive_consumer_tag', 'head_message_timestamp'),
  ...classicFields('consumer_utilisation', 'consumer_capacity', 'message_bytes'),
  ...classicFields('message_bytes_ready', 'message_bytes_unacknowledged'),
  ...classicFields('message_bytes_persistent', 'messages_persistent', 'messages_ready_ram'),
  ...classicFields('messages_unacknowledged_ram', 'disk_reads', 'disk_writes'),
  arguments: field('arguments', 'arguments'),
  effective_policy_definition: field('effective_policy_definition', 'definition'),
  leader: { kind: 'plain', of: (queue) => queue['leader'] ?? queue['node'] },
  members: { kind: 'nodes', of: (queue) => queue['members'] ?? [queue['node'] ?? ''] },
  online: field('online', 'nodes'),
  owner_pid: { kind: 'plain', of: ownerPid },
  // In RabbitMQ, a queue is a process. The API does not show its id, and here it has none.
  ...fields('pid', 'exclusive_consumer_pid'),
} satisfies Record<string, Column>

const exchangeColumns = {
  ...fields('name', 'type', 'durable', 'auto_delete', 'internal', 'policy'),
  arguments: field('arguments', 'arguments'),
}

const bindingColumns = {
  source_name: field('source'),
  source_kind: { kind: 'plain', of: () => 'exchange' },
  destination_name: field('destination'),
  destination_kind: field('destination_type'),
  routing_key: field('routing_key'),
  arguments: field('arguments', 'arguments'),
} satisfies Record<string, Column>

const consumerColumns = {
  queue_name: { kind: 'plain', of: ({ queue }) => (isObject(queue) ? queue['name'] : undefined) },
  channel_pid: { kind: 'plain', of: channelPid },
  ...fields('consumer_tag', 'ack_required', 'prefetch_count', 'active', 'activity_status'),
  arguments: field('arguments', 'arguments'),
} satisfies Record<string, Column>

const connectionColumns = {
  ...fields('user', 'peer_host', 'peer_port', 'state', 'name', 'vhost', 'channels', 'host', 'port'),
  ...fields('auth_mechanism', 'channel_max', 'frame_max', 'timeout', 'connected_at'),
  ...fields('recv_cnt', 'recv_oct', 'send_cnt', 'send_oct', 'send_pend', 'container_id'),
  ...fields('ssl', 'ssl_cipher', 'ssl_hash', 'ssl_key_exchange', 'ssl_protocol'),
  ...fields('peer_cert_issuer', 'peer_cert_serial_number', 'peer_cert_subject'),
  ...fields('peer_cert_validity'),
  client_properties: field('client_properties', 'arguments'),
  protocol: field('protocol', 'protocol'),
  pid: { kind: 'plain', of: connectionPid },
} satisfies Record<string, Column>

/** The commands that list something. */
export const lists: Readonly<Record<string, List>> = {
  list_queues: {
    summary: 'Lists queues and their properties',
    resource: 'queues',
    banner: ({ vhost, timeout }) => [
      `Timeout: ${timeout}.0 seconds ...`,
      `Listing queues for vhost ${vhost} ...`,
    ],
    columns: queueColumns,
    usual: ['name', 'messages'],
  },
  list_exchanges: {
    summary: 'Lists exchanges',
    resource: 'exchanges',
    banner: ({ vhost }) => [`Listing exchanges for vhost ${vhost} ...`],
    columns: exchangeColumns,
    usual: ['name', 'type'],
  },
  list_bindings: {
    summary: 'Lists all bindings on a vhost',
    resource: 'bindings',
    banner: ({ vhost }) => [`Listing bindings for vhost ${vhost}...`],
    columns: bindingColumns,
    usual: Object.keys(bindingColumns),
  },
  list_consumers: {
    summary: 'Lists all consumers for a vhost',
    resource: 'consumers',
    banner: ({ vhost }) => [`Listing consumers in vhost ${vhost} ...`],
    columns: consumerColumns,
    usual: Object.keys(consumerColumns).filter((name) => name !== 'activity_status'),
    fixedOrder: true,
  },
  list_connections: {
    summary: 'Lists AMQP connections',
    resource: 'connections',
    banner: () => ['Listing connections ...'],
    ofAllVhosts: true,
    columns: connectionColumns,
    usual: ['user', 'peer_host', 'peer_port', 'state'],
  },
}
