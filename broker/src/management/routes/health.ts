import { badRequest } from '../format/api-error.ts'
import { stringify } from '../format/json-fields.ts'
import { Reply } from '../format/reply.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'

const ok = { status: 'ok' }

/** Checks that a node in memory always passes as long as it answers. */
const alwaysPassed = [
  'healthchecks/node',
  'health/checks/is-in-service',
  'health/checks/metadata-store/initialized',
  'health/checks/metadata-store/initialized/with-data',
  'health/checks/quorum-queues-without-elected-leaders/all-vhosts',
  'health/checks/quorum-queues-without-elected-leaders/all-vhosts/pattern/:pattern',
  'health/checks/quorum-queues-without-elected-leaders/vhost/:vhost',
  'health/checks/quorum-queues-without-elected-leaders/vhost/:vhost/pattern/:pattern',
  'health/checks/ready-to-serve-clients',
  'health/checks/virtual-hosts',
]

export const healthRoutes: readonly Route[] = [
  ...alwaysPassed.map((path): Route => ({ path, role: 'management', get: () => ok })),
  { path: 'aliveness-test/:vhost', role: 'vhost', get: () => ok },
  { path: 'health/checks/alarms', role: 'management', get: alarms },
  { path: 'health/checks/local-alarms', role: 'management', get: alarms },
  { path: 'health/checks/node-is-quorum-critical', role: 'management', get: quorum },
  { path: 'health/checks/port-listener/:port', role: 'management', get: portListener },
  { path: 'health/checks/protocol-listener/:protocols', role: 'management', get: protocolListener },
  { path: 'health/checks/below-node-connection-limit', role: 'management', get: connectionLimit },
]

function failed(fields: object): Reply {
  const body = stringify({ status: 'failed', ...fields })
  return new Reply(503, { 'content-type': 'application/json' }, body)
}

function alarms({ broker }: ApiRequest): unknown {
  return broker.memory.over ? failed({ reason: 'There are alarms in effect' }) : ok
}

function quorum(): unknown {
  return { ...ok, reason: 'single node cluster' }
}

function portListener(request: ApiRequest): unknown {
  const text = request.param('port')
  if (!/^\d+$/.test(text)) throw badRequest('Invalid port')
  const port = Number(text)
  const ports = Array.from(request.broker.listeners, (listener) => listener.port)
  if (ports.includes(port)) return { ...ok, port }
  return failed({ reason: 'No active listener', missing: port, ports })
}

/** Other names of protocols, as RabbitMQ knows them. */
const aliases: Readonly<Record<string, string>> = {
  amqp091: 'amqp',
  'amqp0.9.1': 'amqp',
  'amqp0-9-1': 'amqp',
  amqps: 'amqp/ssl',
}

/** One or more protocols, separated by commas. */
function protocolListener(request: ApiRequest): unknown {
  const names = request.param('protocols').toLowerCase().split(',')
  const wanted = names.map((name) => aliases[name] ?? name)
  const protocols = Array.from(request.broker.listeners, ({ protocol }) => protocol)
  const missing = wanted.filter((name) => !protocols.some((protocol) => protocol === name))
  if (missing.length === 0) return { ...ok, protocols }
  return failed({ reason: 'No active listener', missing, protocols })
}

function connectionLimit({ broker }: ApiRequest): unknown {
  const { maxConnections } = broker.settings.limits
  if (broker.connections.size < maxConnections) return ok
  return failed({ reason: 'node connection limit is reached', limit: maxConnections })
}
