import type { DeclarationGuard } from '../../core/declaration-guard.ts'
import { parseAge } from '../../core/stream/stream-arguments.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { ChannelFault, Fault } from '../../protocol/faults.ts'
import { long, longstr, type FieldTable, type FieldValue } from '../../protocol/field-value.ts'
import { refuse, ok } from './replies.ts'
import type { Reply } from './command.ts'

/** The command has checked the permissions. */
export const noGuard: DeclarationGuard = { checkDeclare() {}, checkForward() {} }

type ToField = (text: string) => FieldValue

/** The arguments of the stream protocol, and what they are in AMQP 0-9-1. */
const argumentTypes: Readonly<Record<string, ToField>> = {
  'max-length-bytes': integer,
  'max-age': longstr,
  'stream-max-segment-size-bytes': integer,
  'initial-cluster-size': integer,
  'queue-leader-locator': longstr,
  'stream-filter-size-bytes': integer,
}

/** Names of queues and exchanges: RabbitMQ removes line breaks, and reserves a prefix. */
export function checkedName(name: string): string | undefined {
  const stripped = name.replaceAll(/[\r\n]/g, '')
  return stripped === '' || stripped.startsWith('amq.') ? undefined : stripped
}

/** Creates a stream. Other arguments than these have no effect. */
export function declareStream(
  vhost: VirtualHost,
  name: string,
  args: ReadonlyMap<string, string>,
): Reply {
  const exists = vhost.queues.get(name) !== undefined
  const flags = { durable: true, exclusive: false, autoDelete: false }
  try {
    const fields = streamArguments(args)
    vhost.declareQueue({ name, ...flags, arguments: fields, owner: {}, guard: noGuard })
    return exists ? refuse('streamAlreadyExists') : ok
  } catch (error) {
    if (error instanceof ChannelFault) return refuse('preconditionFailed')
    if (error instanceof Fault) return refuse('internalError')
    throw error
  }
}

function streamArguments(args: ReadonlyMap<string, string>): FieldTable {
  const fields = new Map<string, FieldValue>([['x-queue-type', longstr('stream')]])
  for (const [name, value] of args) {
    // RabbitMQ ignores an age that it does not understand.
    if (name === 'max-age' && parseAge(value) === undefined) continue
    const toField = Object.hasOwn(argumentTypes, name) ? argumentTypes[name] : undefined
    if (toField !== undefined) fields.set(`x-${name}`, toField(value))
  }
  return fields
}

function integer(text: string): FieldValue {
  // The declaration refuses what is not an integer.
  return /^-?\d+$/.test(text) ? long(Number(text)) : longstr(text)
}
