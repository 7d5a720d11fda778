import type { Permission } from '../../access/access.ts'
import type { StreamQueue } from '../../core/queue/stream-queue.ts'
import type { Session } from '../session.ts'
import { responseCode } from '../wire/commands.ts'
import type { Reply } from './command.ts'

export const ok: Reply = { code: responseCode.ok }

export function refuse(code: keyof typeof responseCode): Reply {
  return { code: responseCode[code] }
}

/** RabbitMQ's limit for the names of publishers and consumers, in bytes. */
const longestReference = 255

export function isReference(text: string): boolean {
  return new TextEncoder().encode(text).length <= longestReference
}

/** The stream, or the code for why the client may not use it. */
export function findStream(
  session: Session,
  name: string,
  permission: Permission,
): StreamQueue | number {
  if (!session.host.access.allows(permission, name)) return responseCode.accessRefused
  return session.stream(name) ?? responseCode.streamDoesNotExist
}
