import type { OffsetSpec } from '../../core/stream/log/offset-spec.ts'
import type { Session } from '../session.ts'
import { commandKey } from '../wire/commands.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import { offsetType, readOffsetSpec } from '../wire/offset-spec-field.ts'
import { notice, request, type Command, type Reply } from './command.ts'
import { filterOf } from './consuming.ts'
import { findStream, isReference, ok, refuse } from './replies.ts'

interface StoredOffset {
  readonly reference: string
  readonly stream: string
}

function storeOffset(
  session: Session,
  { reference, stream: name, offset }: StoredOffset & { readonly offset: number | bigint },
): void {
  const stream = findStream(session, name, 'read')
  if (typeof stream === 'number' || !isReference(reference)) return
  session.watch(stream)
  stream.log.storeOffset(reference, offset)
}

function queryOffset(session: Session, { reference, stream: name }: StoredOffset): Reply {
  const stream = findStream(session, name, 'read')
  if (typeof stream === 'number') return withOffset({ code: stream }, 0)
  session.watch(stream)
  const offset = stream.log.tracking.offset(reference)
  return offset === undefined ? withOffset(refuse('noOffset'), 0) : withOffset(ok, offset)
}

function withOffset({ code }: Reply, offset: number | bigint): Reply {
  return { code, write: (to) => to.longlongOf(offset) }
}

interface Resolve {
  readonly stream: string
  readonly spec: OffsetSpec
  readonly properties: ReadonlyMap<string, string>
}

function readResolve(reader: FieldReader): Resolve {
  return { stream: reader.string(), spec: readOffsetSpec(reader), properties: reader.optionalMap() }
}

function resolveOffsetSpec(session: Session, { stream: name, spec, properties }: Resolve): Reply {
  const stream = findStream(session, name, 'read')
  const isFound = typeof stream !== 'number'
  const offset = isFound ? stream.log.read(spec, filterOf(properties)).nextOffset : 0
  const code = isFound ? ok.code : stream
  return {
    code,
    write(to) {
      to.short(offsetType)
      to.longlong(offset)
    },
  }
}

export const offsetCommands: readonly (readonly [key: number, Command])[] = [
  [
    commandKey.storeOffset,
    notice(
      (reader) => ({
        reference: reader.string(),
        stream: reader.string(),
        offset: reader.unsignedLonglong(),
      }),
      storeOffset,
    ),
  ],
  [
    commandKey.queryOffset,
    request((reader) => ({ reference: reader.string(), stream: reader.string() }), queryOffset),
  ],
  [commandKey.resolveOffsetSpec, request(readResolve, resolveOffsetSpec)],
]
