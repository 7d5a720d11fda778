import type { VirtualHost } from '../../core/vhost.ts'
import { bool, long } from '../../protocol/field-value.ts'
import type { SessionHost } from '../session-host.ts'
import { responseCode } from '../wire/commands.ts'
import { checkedName, declareStream, noGuard } from './declare-stream.ts'
import { orderArgument } from './partitions.ts'

/** RabbitMQ's default limit. */
export const mostPartitions = 1000

export interface SuperStreamSpec {
  readonly name: string
  readonly partitions: readonly string[]
  /** The routing key of each partition. */
  readonly bindingKeys: readonly string[]
  readonly arguments: ReadonlyMap<string, string>
}

/** Why a super stream was not created. */
export interface Refusal {
  readonly code: keyof typeof responseCode
  readonly reason: string
}

type Owner = Pick<SessionHost, 'vhost' | 'access'>

/** Creates all of a super stream, or nothing. */
export function createSuperStream(
  { vhost, access }: Owner,
  spec: SuperStreamSpec,
): Refusal | undefined {
  const name = checkedName(spec.name)
  if (name === undefined)
    return { code: 'preconditionFailed', reason: `${spec.name} is not a correct name` }
  if (!mayManageSuperStream(access, name, spec.partitions))
    return { code: 'accessRefused', reason: 'access refused' }
  const problem = problemOf(spec)
  if (problem !== undefined) return { code: 'preconditionFailed', reason: problem }
  const taken = findTaken(vhost, name, spec.partitions)
  if (taken !== undefined)
    return { code: 'streamAlreadyExists', reason: `there is already ${taken}` }
  return declareAll(vhost, { ...spec, name })
}

function problemOf({ partitions, bindingKeys }: SuperStreamSpec): string | undefined {
  if (partitions.length !== bindingKeys.length) return 'each partition needs a binding key'
  if (partitions.length > mostPartitions) return `there are more than ${mostPartitions} partitions`
  if (new Set(partitions).size < partitions.length) return 'two partitions have the same name'
  const wrong = partitions.find((partition) => checkedName(partition) === undefined)
  return wrong === undefined ? undefined : `${wrong} is not a correct name for a partition`
}

/** Whether the user may declare the exchange and the partitions, and bind them. */
export function mayManageSuperStream(
  access: Owner['access'],
  name: string,
  partitions: readonly string[],
): boolean {
  return (
    access.allows('configure', name) &&
    access.allows('read', name) &&
    partitions.every((each) => access.allows('configure', each) && access.allows('write', each))
  )
}

function findTaken(
  { exchanges, queues }: VirtualHost,
  name: string,
  partitions: readonly string[],
): string | undefined {
  if (exchanges.get(name) !== undefined) return `an exchange named ${name}`
  const queue = partitions.find((partition) => queues.get(partition) !== undefined)
  return queue === undefined ? undefined : `a queue named ${queue}`
}

/** Declares the exchange, the partitions and the bindings, or nothing if a partition is refused. */
function declareAll(vhost: VirtualHost, spec: SuperStreamSpec): Refusal | undefined {
  const { name, partitions, bindingKeys } = spec
  const locator = ['queue-leader-locator', 'balanced'] as const
  const args = new Map([locator, ...spec.arguments])
  const flags = { durable: true, autoDelete: false, internal: false }
  vhost.declareExchange({
    name,
    type: 'direct',
    ...flags,
    arguments: new Map([['x-super-stream', bool(true)]]),
    guard: noGuard,
  })
  for (const partition of partitions) {
    if (declareStream(vhost, partition, args).code === responseCode.ok) continue
    deleteSuperStream(vhost, name, partitions)
    // RabbitMQ's code, whatever is wrong with the arguments.
    return { code: 'internalError', reason: `the arguments of ${partition} are not valid` }
  }
  for (const [index, destination] of partitions.entries())
    vhost.bind({
      source: name,
      destination,
      destinationType: 'queue',
      routingKey: bindingKeys[index] ?? '',
      arguments: new Map([[orderArgument, long(index)]]),
      owner: {},
    })
  return undefined
}

export function deleteSuperStream(
  vhost: VirtualHost,
  name: string,
  partitions: readonly string[],
): void {
  vhost.deleteExchange(name, false)
  for (const partition of partitions) vhost.deleteQueue(partition)
}
