import { ConnectionFault, notImplemented } from '../../protocol/faults.ts'
import type { MethodOf } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'

export function flow(channel: Channel, method: MethodOf<'channel.flow'>): void {
  if (!method.active) throw notImplemented('active=false')
  channel.send('channel.flow-ok', { active: true })
}

/** The broker never asks for it, and RabbitMQ breaks down over the answer. */
export function flowOk(): void {
  throw new ConnectionFault('INTERNAL_ERROR', '', { namesMethod: false })
}

/** access.request is of AMQP 0-8; clients that still send it get the ticket that means nothing. */
export function requestAccess(channel: Channel): void {
  channel.send('access.request-ok', { ticket: 1 })
}
