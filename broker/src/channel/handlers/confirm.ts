import { preconditionFailed } from '../../protocol/faults.ts'
import type { MethodOf } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'

export function select(channel: Channel, method: MethodOf<'confirm.select'>): void {
  if (channel.transaction !== undefined)
    throw preconditionFailed('cannot switch from tx to confirm mode')
  channel.enableConfirms()
  if (!method.noWait) channel.send('confirm.select-ok', {})
}
