import { details, ofErlang, type Shape } from './shape.ts'

/** In a list, what TLS would add is null; of a single connection it is an empty string. */
const tls = 'null|string'

export const connection: Shape = {
  ...ofErlang,
  auth_mechanism: 'string',
  channel_max: 'number',
  channels: 'number?',
  client_properties: 'object',
  connected_at: 'number',
  frame_max: 'number',
  host: 'string',
  name: 'string',
  node: 'string',
  peer_cert_issuer: tls,
  peer_cert_serial_number: tls,
  peer_cert_subject: tls,
  peer_cert_validity: tls,
  peer_host: 'string',
  peer_port: 'number',
  port: 'number',
  protocol: 'string',
  recv_cnt: 'number?',
  recv_oct: 'number?',
  send_cnt: 'number?',
  send_oct: 'number?',
  send_pend: 'number?',
  ssl: 'boolean',
  ssl_cipher: tls,
  ssl_hash: tls,
  ssl_key_exchange: tls,
  ssl_protocol: tls,
  state: 'string?',
  timeout: 'number',
  type: 'string',
  user: 'string',
  user_provided_name: 'string?',
  user_who_performed_action: 'string',
  vhost: 'string',
  ...details('recv_oct', 'send_oct'),
}

export const channel: Shape = {
  ...ofErlang,
  acks_uncommitted: 'number?',
  cached_segments: 'number?',
  confirm: 'boolean?',
  connection_details: 'object',
  consumer_count: 'number?',
  idle_since: 'string?',
  message_stats: 'object?',
  messages_unacknowledged: 'number?',
  messages_uncommitted: 'number?',
  messages_unconfirmed: 'number?',
  name: 'string',
  node: 'string',
  number: 'number',
  pending_raft_commands: 'number?',
  prefetch_count: 'number?',
  state: 'string?',
  transactional: 'boolean?',
  user: 'string',
  user_who_performed_action: 'string',
  vhost: 'string',
}

export const channelDetails: Shape = {
  ...channel,
  consumer_details: 'array',
  deliveries: 'array',
  publishes: 'array',
}

export const consumer: Shape = {
  ack_required: 'boolean',
  active: 'boolean',
  activity_status: 'string',
  arguments: 'object',
  channel_details: 'object',
  consumer_tag: 'string',
  consumer_timeout: 'number',
  exclusive: 'boolean',
  prefetch_count: 'number',
  queue: 'object',
}

export const channelOfConsumer: Shape = {
  connection_name: 'string',
  name: 'string',
  node: 'string',
  number: 'number',
  peer_host: 'string',
  peer_port: 'number',
  user: 'string',
}
