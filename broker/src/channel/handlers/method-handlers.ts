import { ConnectionFault } from '../../protocol/faults.ts'
import type { MethodName } from '../../wire/method-table.ts'
import type { Method, MethodOf } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'
import * as basic from './basic.ts'
import * as channelMethods from './channel.ts'
import * as confirm from './confirm.ts'
import * as exchange from './exchange.ts'
import * as queue from './queue.ts'
import * as tx from './tx.ts'

type Handlers = {
  readonly [N in MethodName]?: (channel: Channel, method: MethodOf<N>) => void
}

const handlers: Handlers = {
  'channel.flow': channelMethods.flow,
  'channel.flow-ok': channelMethods.flowOk,
  'access.request': channelMethods.requestAccess,
  'exchange.declare': exchange.declare,
  'exchange.delete': exchange.remove,
  'exchange.bind': exchange.bind,
  'exchange.unbind': exchange.unbind,
  'queue.declare': queue.declare,
  'queue.bind': queue.bind,
  'queue.unbind': queue.unbind,
  'queue.purge': queue.purge,
  'queue.delete': queue.remove,
  'basic.qos': basic.qos,
  'basic.consume': basic.consume,
  'basic.cancel': basic.cancel,
  'basic.cancel-ok': () => {},
  'basic.get': basic.get,
  'basic.ack': basic.ack,
  'basic.nack': basic.nack,
  'basic.reject': basic.reject,
  'basic.recover': basic.recover,
  'basic.recover-async': basic.recoverAsync,
  'confirm.select': confirm.select,
  'tx.select': tx.select,
  'tx.commit': tx.commit,
  'tx.rollback': tx.rollback,
}

/** Calls the handler of a method, on an open channel. Throws faults. */
export function handleMethod(channel: Channel, method: Method): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type Handlers says that each handler takes the method of its name
  const handler = handlers[method.name] as ((channel: Channel, method: Method) => void) | undefined
  if (handler === undefined) throw new ConnectionFault('COMMAND_INVALID', 'unimplemented method')
  handler(channel, method)
}
