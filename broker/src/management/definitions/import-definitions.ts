import type { DeclarationGuard } from '../../core/declaration-guard.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { Fault } from '../../protocol/faults.ts'
import { putPermissions } from '../changes/put-permissions.ts'
import { putUser } from '../changes/put-user.ts'
import { putVhost } from '../changes/put-vhost.ts'
import { badRequest } from '../format/api-error.ts'
import { isObject, type JsonObject, toFields } from '../format/json-fields.ts'
import { readPolicy } from '../format/policy-json.ts'
import { booleanOf, textOf } from '../format/values.ts'
import type { ManagedBroker } from '../model/context.ts'

/** What an administrator imports may be declared without permissions. */
const guard: DeclarationGuard = { checkDeclare() {}, checkForward() {} }

/** Nobody's connection. */
const owner = {}

/** Creates what is in `definitions`, and leaves alone what exists already. Throws an ApiError. */
export function importDefinitions(broker: ManagedBroker, definitions: JsonObject): void {
  for (const user of items(definitions, 'users')) putUser(broker, textOf(user['name']), user)
  for (const vhost of items(definitions, 'vhosts')) {
    const metadata = isObject(vhost['metadata']) ? vhost['metadata'] : {}
    putVhost(broker, textOf(vhost['name']), { ...metadata, ...vhost })
  }
  for (const permissions of items(definitions, 'permissions')) putPermissions(broker, permissions)
  importContent(definitions, (item) => vhostNamed(broker, textOf(item['vhost'])))
}

/** The same for one virtual host. */
export function importIntoVhost(vhost: VirtualHost, definitions: JsonObject): void {
  importContent(definitions, () => vhost)
}

function vhostNamed({ vhosts }: ManagedBroker, name: string): VirtualHost {
  const vhost = vhosts.get(name)
  if (vhost !== undefined) return vhost
  throw badRequest(`Please create virtual host "${name}" prior to importing definitions.`)
}

type VhostOf = (item: JsonObject) => VirtualHost

function importContent(definitions: JsonObject, vhostOf: VhostOf): void {
  for (const policy of items(definitions, 'policies'))
    vhostOf(policy).policies.set('policy', readPolicy('policy', textOf(policy['name']), policy))
  for (const parameter of items(definitions, 'parameters')) importParameter(parameter, vhostOf)
  try {
    for (const exchange of items(definitions, 'exchanges'))
      importExchange(vhostOf(exchange), exchange)
    for (const queue of items(definitions, 'queues')) importQueue(vhostOf(queue), queue)
    for (const binding of items(definitions, 'bindings')) importBinding(vhostOf(binding), binding)
  } catch (error) {
    throw error instanceof Fault ? badRequest(error.explanation) : error
  }
}

function items(definitions: JsonObject, name: string): readonly JsonObject[] {
  const list = definitions[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** Of the parameters, the broker only has operator policies. */
function importParameter(parameter: JsonObject, vhostOf: VhostOf): void {
  const { component, name, value } = parameter
  if (component !== 'operator_policy' || !isObject(value)) return
  const policy = readPolicy('operator-policy', textOf(name), value)
  vhostOf(parameter).policies.set('operator-policy', policy)
}

function importExchange(vhost: VirtualHost, json: JsonObject): void {
  const name = textOf(json['name'])
  if (vhost.exchanges.get(name) !== undefined || name.startsWith('amq.')) return
  vhost.declareExchange({ ...propertiesOf(json), name, type: textOf(json['type']), guard })
}

function importQueue(vhost: VirtualHost, json: JsonObject): void {
  const name = textOf(json['name'])
  if (vhost.queues.get(name) !== undefined) return
  vhost.declareQueue({ ...propertiesOf(json), name, exclusive: false, owner, guard })
}

function propertiesOf(json: JsonObject) {
  return {
    durable: booleanOf(json['durable'], true),
    autoDelete: booleanOf(json['auto_delete'], false),
    internal: booleanOf(json['internal'], false),
    arguments: toFields(json['arguments']),
  }
}

function importBinding(vhost: VirtualHost, json: JsonObject): void {
  vhost.bind({
    source: textOf(json['source']),
    destination: textOf(json['destination']),
    destinationType: json['destination_type'] === 'exchange' ? 'exchange' : 'queue',
    routingKey: textOf(json['routing_key']),
    arguments: toFields(json['arguments']),
    owner,
  })
}
