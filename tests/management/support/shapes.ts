import { details, ofErlang, type Shape } from './shape.ts'

const counts: Shape = {
  messages: 'number?',
  messages_ready: 'number?',
  messages_unacknowledged: 'number?',
  ...details('messages', 'messages_ready', 'messages_unacknowledged'),
}

export const queue: Shape = {
  ...counts,
  ...ofErlang,
  arguments: 'object',
  auto_delete: 'boolean',
  consumer_capacity: 'number?',
  consumer_utilisation: 'number?',
  consumers: 'number?',
  durable: 'boolean',
  effective_policy_definition: 'object?',
  exclusive: 'boolean',
  head_message_timestamp: 'number|null?',
  idle_since: 'string?',
  internal: 'boolean',
  internal_owner: 'boolean',
  memory: 'number?',
  message_bytes: 'number?',
  message_bytes_persistent: 'number?',
  message_bytes_ram: 'number?',
  message_bytes_ready: 'number?',
  message_bytes_unacknowledged: 'number?',
  message_stats: 'object?',
  messages_persistent: 'number?',
  messages_ram: 'number?',
  messages_ready_ram: 'number?',
  messages_unacknowledged_ram: 'number?',
  name: 'string',
  node: 'string',
  operator_policy: 'string|null?',
  policy: 'string|null?',
  state: 'string',
  storage_version: 'number?',
  type: 'string',
  vhost: 'string',
}

export const queueDetails: Shape = {
  ...queue,
  consumer_details: 'array',
  deliveries: 'array',
  exclusive_consumer_tag: 'string|null?',
  incoming: 'array',
  owner_pid_details: 'object?',
  single_active_consumer_tag: 'string|null?',
}

export const quorumQueue: Shape = {
  ...queueDetails,
  delayed_retry: 'string?',
  delivery_limit: 'number?',
  leader: 'string',
  members: 'array',
  message_bytes_dlx: 'number?',
  messages_active_priorities: 'number?',
  messages_by_priority: 'object?',
  messages_delayed: 'number?',
  messages_dlx: 'number?',
  messages_ready_returned: 'number?',
  online: 'array',
  open_files: 'object?',
  publishers: 'number?',
}

export const stream: Shape = {
  ...queueDetails,
  first_timestamp: 'number',
  leader: 'string',
  members: 'array',
  online: 'array',
  readers: 'object',
  segments: 'number',
}

export const exchange: Shape = {
  arguments: 'object',
  auto_delete: 'boolean',
  durable: 'boolean',
  internal: 'boolean',
  message_stats: 'object?',
  name: 'string',
  policy: 'string|null?',
  type: 'string',
  user_who_performed_action: 'string',
  vhost: 'string',
}

export const exchangeDetails: Shape = { ...exchange, incoming: 'array', outgoing: 'array' }

export const binding: Shape = {
  arguments: 'object',
  destination: 'string',
  destination_type: 'string',
  properties_key: 'string',
  routing_key: 'string',
  source: 'string',
  vhost: 'string',
}

export const vhost: Shape = {
  ...counts,
  cluster_state: 'object',
  default_queue_type: 'string',
  description: 'string',
  message_stats: 'object?',
  metadata: 'object',
  name: 'string',
  protected_from_deletion: 'boolean',
  recv_oct: 'number?',
  send_oct: 'number?',
  tags: 'array',
  tracing: 'boolean',
  ...details('recv_oct', 'send_oct'),
}

export const overview: Shape = {
  churn_rates: 'object',
  cluster_name: 'string',
  cluster_tags: 'object',
  contexts: 'array',
  crypto_lib_version: 'string',
  default_queue_type: 'string',
  disable_stats: 'boolean',
  enable_queue_totals: 'boolean',
  erlang_full_version: 'string',
  erlang_version: 'string',
  exchange_types: 'array',
  is_op_policy_updating_enabled: 'boolean',
  listeners: 'array',
  management_version: 'string',
  message_stats: 'object',
  node: 'string',
  node_tags: 'object',
  object_totals: 'object',
  product_name: 'string',
  product_version: 'string',
  queue_totals: 'object',
  rabbitmq_version: 'string',
  rates_mode: 'string',
  require_definition_json_extension: 'boolean',
  sample_retention_policies: 'object',
  statistics_db_event_queue: 'number',
}

export const objectTotals: Shape = {
  channels: 'number',
  connections: 'number',
  consumers: 'number',
  exchanges: 'number',
  queues: 'number',
}

export const listener: Shape = {
  ip_address: 'string',
  node: 'string',
  port: 'number',
  protocol: 'string',
  socket_opts: 'array|object',
  tls: 'boolean',
}

/** What both say about a node; RabbitMQ says a lot more about the machine, its disk and Erlang. */
export const node: Shape = {
  applications: 'array',
  auth_mechanisms: 'array',
  being_drained: 'boolean',
  cluster_links: 'array',
  disk_free_alarm: 'boolean',
  disk_free_limit: 'number',
  enabled_plugins: 'array',
  exchange_types: 'array',
  fd_total: 'number',
  mem_alarm: 'boolean',
  mem_limit: 'number',
  mem_used: 'number',
  name: 'string',
  os_pid: 'string',
  partitions: 'array',
  proc_total: 'number',
  processors: 'number',
  rabbitmq_version: 'string',
  rates_mode: 'string',
  run_queue: 'number',
  running: 'boolean',
  type: 'string',
  uptime: 'number',
}

export const definitions: Shape = {
  bindings: 'array',
  exchanges: 'array',
  explanation: 'string',
  global_parameters: 'array',
  original_cluster_name: 'string',
  parameters: 'array',
  permissions: 'array',
  policies: 'array',
  product_name: 'string',
  product_version: 'string',
  queues: 'array',
  rabbit_version: 'string',
  rabbitmq_definition_format: 'string',
  rabbitmq_version: 'string',
  topic_permissions: 'array',
  users: 'array',
  vhosts: 'array',
}
