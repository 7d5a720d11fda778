import { internalFault, notImplemented } from '../../protocol/faults.ts'
import type { MethodOf } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'

export function flow(channel: Channel, method: MethodOf<'channel.flow'>): void {
  if (!method.active) throw notImplemented('active=false')
  channel.send('channel.flow-ok', { active: true })
}

/** The reply to a channel.flow that the broker never sends. RabbitMQ's channel crashes on it. */
export function flowOk(): void {
  throw internalFault()
}

/** Some clients still send this method of AMQP 0-8. The ticket has no meaning. */
export function requestAccess(channel: Channel): void {
  channel.send('access.request-ok', { ticket: 1 })
}
