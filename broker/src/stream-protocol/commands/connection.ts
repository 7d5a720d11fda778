import type { Session } from '../session.ts'
import { commandKey, commandVersions } from '../wire/commands.ts'
import type { FieldReader } from '../wire/field-reader.ts'
import { notice, request, type Command, type Reply } from './command.ts'
import { ok } from './replies.ts'

type Versions = readonly (readonly [key: number, min: number, max: number])[]

function readVersions(reader: FieldReader): Versions {
  const count = reader.long()
  const versions: (readonly [number, number, number])[] = []
  while (versions.length < count) versions.push([reader.short(), reader.short(), reader.short()])
  return versions
}

function exchangeCommandVersions({ subscriptions }: Session, versions: Versions): Reply {
  if (versions.some(([key, , max]) => key === commandKey.deliver && max === 2))
    subscriptions.sendsLastChunkId = true
  return {
    ...ok,
    write(to) {
      to.long(commandVersions.length)
      for (const version of commandVersions) for (const number of version) to.short(number)
    },
  }
}

function close({ host }: Session): Reply {
  return { ...ok, after: () => host.end() }
}

export const connectionCommands: readonly (readonly [key: number, Command])[] = [
  [commandKey.exchangeCommandVersions, request(readVersions, exchangeCommandVersions)],
  [
    commandKey.close,
    // The code and the reason are for people.
    request((reader) => [reader.short(), reader.string()], close),
  ],
  [
    commandKey.heartbeat,
    notice(
      () => {},
      () => {},
    ),
  ],
]
