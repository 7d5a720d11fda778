import { availableParallelism } from 'node:os'

import { mechanismsOf } from '../../connection/handshake/sasl.ts'
import { rabbitmqVersion } from '../../connection/handshake/server-properties.ts'
import { exchangeTypes } from '../../core/exchange/exchange.ts'
import { clusterName } from '../../settings/cluster-name.ts'
import { nodeName } from '../../settings/node-name.ts'
import type { BrokerSettings } from '../../settings/options.ts'
import { notFound } from '../format/api-error.ts'
import type { JsonObject } from '../format/json-fields.ts'
import { withColumns } from '../format/listing.ts'
import type { ApiRequest } from '../http/api-request.ts'
import { isMonitor } from '../http/authorization.ts'
import type { Route } from '../http/router.ts'
import { openConnections } from '../model/connections.ts'
import { totalLengths } from '../model/measurements.ts'
import { allSubscriptions } from '../model/stream-clients.ts'
import { allConsumers } from '../views/consumer-view.ts'

export const overviewRoutes: readonly Route[] = [
  { path: 'overview', role: 'management', get: overview },
  { path: 'whoami', role: 'management', get: whoAmI },
  { path: 'version', role: 'management', get: () => rabbitmqVersion },
  { path: 'cluster-name', role: 'management', get: () => ({ name: clusterName }) },
  { path: 'nodes', role: 'monitoring', get: (request) => [node(request)] },
  { path: 'nodes/:node', role: 'monitoring', get: nodeByName },
  { path: 'extensions', role: 'management', get: () => [] },
  { path: 'feature-flags', role: 'management', get: () => [] },
  { path: 'deprecated-features', role: 'management', get: () => [] },
  { path: 'deprecated-features/used', role: 'management', get: () => [] },
]

function overview(request: ApiRequest): unknown {
  const { broker, user } = request
  const all = {
    management_version: rabbitmqVersion,
    rabbitmq_version: rabbitmqVersion,
    product_name: broker.settings.product,
    product_version: rabbitmqVersion,
    rates_mode: 'basic',
    cluster_name: clusterName,
    cluster_tags: {},
    node_tags: {},
    exchange_types: exchangeTypeList(),
    disable_stats: false,
    enable_queue_totals: false,
    default_queue_type: 'classic',
    is_op_policy_updating_enabled: true,
    object_totals: objectTotals(request),
    queue_totals: totalLengths(request.visibleVhosts.flatMap(({ queues }) => Array.from(queues))),
    message_stats: {},
    ...(isMonitor(user) && {
      node: nodeName,
      listeners: listeners(request),
      contexts: contexts(request),
    }),
  }
  return withColumns(all, request.query)
}

function exchangeTypeList(): readonly JsonObject[] {
  return exchangeTypes.map((name) => ({
    name,
    description: `AMQP ${name} exchange, as per the AMQP specification`,
    enabled: true,
  }))
}

function objectTotals({ broker, visibleVhosts }: ApiRequest): JsonObject {
  const names = new Set(visibleVhosts.map(({ vhost }) => vhost))
  const connections = openConnections(broker).filter(({ event }) => names.has(event.vhost))
  return {
    connections: connections.length,
    channels: connections.reduce((sum, { channels }) => sum + (channels?.size ?? 0), 0),
    consumers: [...allConsumers(broker), ...allSubscriptions(broker)].filter(({ connection }) =>
      names.has(connection.event.vhost),
    ).length,
    exchanges: visibleVhosts.reduce((sum, { exchanges }) => sum + Array.from(exchanges).length, 0),
    queues: visibleVhosts.reduce((sum, { queues }) => sum + queues.size, 0),
  }
}

function listeners({ broker }: ApiRequest): readonly JsonObject[] {
  return Array.from(broker.listeners, ({ protocol, host, port }) => ({
    node: nodeName,
    protocol,
    ip_address: host,
    port,
    socket_opts: [],
    tls: protocol.endsWith('/ssl'),
  }))
}

function contexts({ broker }: ApiRequest): readonly JsonObject[] {
  return Array.from(broker.listeners)
    .filter(({ protocol }) => protocol === 'http')
    .map(({ port }) => ({
      node: nodeName,
      description: 'RabbitMQ Management',
      path: '/',
      port: String(port),
      ssl_opts: [],
    }))
}

function whoAmI({ user, query }: ApiRequest): unknown {
  return withColumns({ name: user.name, tags: user.tags, is_internal_user: true }, query)
}

function nodeByName(request: ApiRequest): unknown {
  if (request.param('node') !== nodeName) throw notFound()
  return node(request)
}

/**
 * There is no limit for the disk, and there are no processes of Erlang. rabbitmqadmin insists on these
 * numbers; RabbitMQ too puts 0 for what it does not count.
 */
const ofErlang = { disk_free_limit: 0, fd_total: 0, proc_total: 0, run_queue: 0 }

/** Without what RabbitMQ says about the disk, file descriptors and Erlang: there is none of it. */
function node({ broker, query }: ApiRequest): unknown {
  const all = {
    name: nodeName,
    type: 'ram',
    running: true,
    being_drained: false,
    rabbitmq_version: rabbitmqVersion,
    rates_mode: 'basic',
    uptime: Math.floor(broker.settings.clock.now() - broker.startedAt),
    // The memory of messages, estimated: the rest of the process is not the broker's.
    mem_used: broker.memory.used,
    mem_limit: broker.settings.limits.memoryWatermark,
    mem_alarm: broker.memory.over,
    disk_free_alarm: false,
    os_pid: String(process.pid),
    processors: availableParallelism(),
    ...ofErlang,
    partitions: [],
    cluster_links: [],
    enabled_plugins: [],
    applications: [],
    exchange_types: exchangeTypeList(),
    auth_mechanisms: authMechanisms(broker.settings),
  }
  return withColumns(all, query)
}

function authMechanisms(settings: BrokerSettings): readonly JsonObject[] {
  const tls = settings.tls && { verifies: settings.tls.ca.length > 0 }
  return mechanismsOf(settings, tls).map((name) => ({ name, enabled: true }))
}
