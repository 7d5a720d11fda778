import {
  createSuperStream,
  mostPartitions,
  type SuperStreamSpec,
} from '../../../stream-protocol/commands/create-super-stream.ts'
import { nodeName } from '../../../settings/node-name.ts'
import { badRequest, missing, unauthorized } from '../../format/api-error.ts'
import { isObject, type JsonObject } from '../../format/json-fields.ts'
import { noContent } from '../../format/reply.ts'
import type { ApiRequest } from '../../http/api-request.ts'
import { mayUse } from '../../http/authorization.ts'
import type { Route } from '../../http/router.ts'

export const superStreamRoutes: readonly Route[] = [
  { path: 'stream/super-streams/:vhost/:name', role: 'management', put: create },
]

function create(request: ApiRequest): unknown {
  const { broker, user } = request
  const vhost = broker.vhosts.get(request.param('vhost'))
  const name = request.param('name')
  // RabbitMQ does not say that there is no such virtual host.
  if (vhost === undefined) throw unauthorized('Access refused.')
  if (!mayUse(user, vhost.vhost)) throw missing('Not Found')
  const access = user.accessTo(vhost.vhost)
  if (access?.allows('configure', name) !== true) throw unauthorized('Access refused.')
  const refusal = createSuperStream({ vhost, access }, specOf(name, request.json))
  if (refusal?.code === 'accessRefused') throw unauthorized('Access refused.')
  if (refusal !== undefined) throw badRequest(refusal.reason)
  return noContent()
}

function specOf(name: string, json: JsonObject): SuperStreamSpec {
  const { partitions, node = nodeName, arguments: args = {} } = json
  const keys = json['binding-keys']
  if (partitions === undefined && keys === undefined)
    throw badRequest('Must specify partitions or binding keys')
  if (partitions !== undefined && keys !== undefined)
    throw badRequest('Specify partitions or binding keys, not both')
  const bindingKeys = keys === undefined ? numbered(partitions) : listedIn(keys)
  if (node !== nodeName) throw badRequest(`Node ${String(node)} is not a cluster member`)
  if (!isObject(args)) throw badRequest('The arguments must be an object')
  return {
    name,
    partitions: bindingKeys.map((key) => `${name}-${key}`),
    bindingKeys,
    arguments: new Map(Object.entries(args).map(([key, value]) => [key, String(value)])),
  }
}

/** The binding keys of a number of partitions: 0, 1 and so on. */
function numbered(partitions: unknown): readonly string[] {
  const isNumber = /^[+-]?\d+$/.test(String(partitions)) && !Array.isArray(partitions)
  if (!isNumber) throw badRequest('The partitions must be a number')
  const count = Number(partitions)
  if (count < 1) throw badRequest('The partition number must be greater than 0')
  if (count > mostPartitions)
    throw badRequest(`The partition number must not exceed ${mostPartitions}`)
  return Array.from({ length: count }, (_, index) => String(index))
}

/** `keys` is one text with commas. */
function listedIn(keys: unknown): readonly string[] {
  const all = String(keys)
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '')
  if (all.length === 0) throw badRequest('The number of binding keys must be greater than 0')
  if (all.length > mostPartitions)
    throw badRequest(`The number of binding keys must not exceed ${mostPartitions}`)
  return all
}
