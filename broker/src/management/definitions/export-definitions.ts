import { rabbitmqVersion } from '../../connection/handshake/server-properties.ts'
import { destinationType } from '../../core/bindings.ts'
import { Exchange } from '../../core/exchange/exchange.ts'
import type { Queue } from '../../core/queue/queue.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { clusterName } from '../../settings/cluster-name.ts'
import { type JsonObject, toJson } from '../format/json-fields.ts'
import type { ManagedBroker } from '../model/context.ts'
import { exchangeDefinition } from '../views/exchange-view.ts'
import { operatorPolicyParameter, policyView } from '../views/policy-view.ts'
import { permissionsOf, userView } from '../views/user-view.ts'
import { metadataView } from '../views/vhost-view.ts'

/** Lists by their names in a file of definitions. */
type Lists = Readonly<Record<string, readonly JsonObject[]>>

/** Everything that users and operators have defined, except for queues that are not durable. */
export function exportDefinitions(broker: ManagedBroker): JsonObject {
  const vhosts = Array.from(broker.vhosts)
  const users = Array.from(broker.users)
  return {
    ...versions(broker),
    explanation: `Definitions of cluster '${clusterName}'`,
    rabbitmq_definition_format: 'cluster',
    original_cluster_name: clusterName,
    users: users.map(userView),
    vhosts: vhosts.map((vhost) => ({
      name: vhost.vhost,
      metadata: metadataView(vhost),
      limits: {},
    })),
    permissions: users.flatMap((user) => permissionsOf(broker, user)),
    topic_permissions: [],
    global_parameters: [],
    ...joined(vhosts.map(contentOf)),
  }
}

/** The same for one virtual host. It does not name it, so it can be imported into another one. */
export function exportVhost(broker: ManagedBroker, vhost: VirtualHost): JsonObject {
  const lists = Object.entries(contentOf(vhost)).map(([name, items]) => [
    name,
    items.map(({ vhost: _name, ...item }) => item),
  ])
  return {
    ...versions(broker),
    explanation: `Definitions of virtual host '${vhost.vhost}'`,
    rabbitmq_definition_format: 'single_virtual_host',
    original_vhost_name: vhost.vhost,
    description: vhost.metadata.description,
    metadata: metadataView(vhost),
    limits: {},
    ...Object.fromEntries(lists),
  }
}

function versions({ settings }: ManagedBroker): JsonObject {
  return {
    rabbit_version: rabbitmqVersion,
    rabbitmq_version: rabbitmqVersion,
    product_name: settings.product,
    product_version: rabbitmqVersion,
  }
}

function joined(all: readonly Lists[]): Lists {
  const names = ['exchanges', 'queues', 'bindings', 'policies', 'parameters']
  return Object.fromEntries(names.map((name) => [name, all.flatMap((lists) => lists[name] ?? [])]))
}

function contentOf(vhost: VirtualHost): Lists {
  const { vhost: name, exchanges, queues, bindings, policies } = vhost
  const all = Array.from(exchanges)
  return {
    exchanges: all
      .filter((exchange) => !exchange.name.startsWith('amq.') && exchange.name !== '')
      .map(exchangeDefinition),
    queues: Array.from(queues)
      .filter(({ spec }) => spec.durable)
      .map((queue) => queueDefinition(name, queue)),
    // RabbitMQ also exports bindings to queues that it does not export, and cannot import them.
    bindings: all.flatMap((exchange) =>
      bindings
        .from(exchange)
        .filter(({ destination }) => destination instanceof Exchange || destination.spec.durable)
        .map((binding) => ({
          source: binding.source.name,
          vhost: name,
          destination: binding.destination.name,
          destination_type: destinationType(binding.destination),
          routing_key: binding.routingKey,
          arguments: toJson(binding.arguments),
        })),
    ),
    policies: policies.list('policy').map((policy) => policyView(name, policy)),
    parameters: policies
      .list('operator-policy')
      .map((policy) => operatorPolicyParameter(name, policy)),
  }
}

function queueDefinition(vhost: string, { spec }: Queue): JsonObject {
  const { name, durable, autoDelete, settings, arguments: args } = spec
  return {
    name,
    vhost,
    type: settings.type,
    durable,
    auto_delete: autoDelete,
    arguments: toJson(args),
  }
}
