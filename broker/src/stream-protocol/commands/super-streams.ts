import type { Session } from '../session.ts'
import { commandKey, type responseCode } from '../wire/commands.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import { writeStrings } from '../wire/frame-writer.ts'
import { request, type Command, type Reply } from './command.ts'
import {
  createSuperStream,
  deleteSuperStream,
  mayManageSuperStream,
  type SuperStreamSpec,
} from './create-super-stream.ts'
import { partitionsOf } from './partitions.ts'
import { ok, refuse } from './replies.ts'

function readSpec(reader: FieldReader): SuperStreamSpec {
  return {
    name: reader.string(),
    partitions: reader.strings(),
    bindingKeys: reader.strings(),
    arguments: reader.map(),
  }
}

function create(session: Session, spec: SuperStreamSpec): Reply {
  const refusal = createSuperStream(session.host, spec)
  return refusal === undefined ? ok : refuse(refusal.code)
}

function remove(session: Session, name: string): Reply {
  const { vhost, access } = session.host
  if (!access.allows('configure', name)) return refuse('accessRefused')
  const partitions = partitionsOf(vhost, name)?.map((each) => each.name)
  if (partitions === undefined) return refuse('streamDoesNotExist')
  if (!mayManageSuperStream(access, name, partitions)) return refuse('accessRefused')
  return { ...ok, after: () => deleteSuperStream(vhost, name, partitions) }
}

interface RouteQuery {
  readonly routingKey: string
  readonly superStream: string
}

function route(session: Session, { routingKey, superStream }: RouteQuery): Reply {
  const { vhost, access } = session.host
  if (!access.allows('write', superStream)) return withStreams('accessRefused')
  const exchange = vhost.exchanges.get(superStream)
  if (exchange === undefined) return withStreams('streamDoesNotExist')
  const targets = vhost.router.route(exchange, { routingKey, extraKeys: [], headers: undefined })
  const names = targets.map(({ name }) => name).filter((name) => session.stream(name))
  return names.every((name) => access.allows('write', name))
    ? withStreams('ok', names)
    : withStreams('accessRefused')
}

function listPartitions(session: Session, name: string): Reply {
  const { vhost, access } = session.host
  const mayUse = (resource: string): boolean =>
    access.allows('read', resource) || access.allows('write', resource)
  if (!mayUse(name)) return withStreams('accessRefused')
  const names = partitionsOf(vhost, name)?.map((each) => each.name)
  if (names === undefined) return withStreams('streamDoesNotExist')
  return names.every(mayUse) ? withStreams('ok', names) : withStreams('accessRefused')
}

function withStreams(code: keyof typeof responseCode, names: readonly string[] = []): Reply {
  return { ...refuse(code), write: (to) => writeStrings(to, names) }
}

export const superStreamCommands: readonly (readonly [key: number, Command])[] = [
  [commandKey.createSuperStream, request(readSpec, create)],
  [commandKey.deleteSuperStream, request((reader) => reader.string(), remove)],
  [
    commandKey.route,
    request((reader) => ({ routingKey: reader.string(), superStream: reader.string() }), route),
  ],
  [commandKey.partitions, request((reader) => reader.string(), listPartitions)],
]
