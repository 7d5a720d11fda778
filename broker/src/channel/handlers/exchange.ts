import { assertNotDefault } from '../../core/exchange-registry.ts'
import type { MethodOf } from '../../wire/methods.ts'
import { accessGuard } from '../access-guard.ts'
import type { Channel } from '../channel.ts'
import { stripLineBreaks } from '../names.ts'

export function declare(channel: Channel, method: MethodOf<'exchange.declare'>): void {
  const { vhost, access } = channel.host
  const name = stripLineBreaks(method.exchange)
  if (method.passive) {
    assertNotDefault(name)
    access.checkAny({ kind: 'exchange', name, vhost: vhost.vhost })
    vhost.exchanges.expect(name)
  } else vhost.declareExchange({ ...method, name, guard: accessGuard('exchange', channel.host) })
  if (!method.noWait) channel.send('exchange.declare-ok', {})
}

export function remove(channel: Channel, method: MethodOf<'exchange.delete'>): void {
  const { vhost, access } = channel.host
  const name = stripLineBreaks(method.exchange)
  vhost.exchanges.checkDelete(name)
  access.check('configure', { kind: 'exchange', name, vhost: vhost.vhost })
  vhost.deleteExchange(name, method.ifUnused)
  if (!method.noWait) channel.send('exchange.delete-ok', {})
}

type BindMethod = MethodOf<'exchange.bind'> | MethodOf<'exchange.unbind'>

export function bind(channel: Channel, method: MethodOf<'exchange.bind'>): void {
  channel.host.vhost.bind(bindingOf(channel, method))
  if (!method.noWait) channel.send('exchange.bind-ok', {})
}

export function unbind(channel: Channel, method: MethodOf<'exchange.unbind'>): void {
  channel.host.vhost.unbind(bindingOf(channel, method))
  if (!method.noWait) channel.send('exchange.unbind-ok', {})
}

function bindingOf(channel: Channel, method: BindMethod) {
  const { vhost, access, owner } = channel.host
  const source = stripLineBreaks(method.source)
  const destination = stripLineBreaks(method.destination)
  access.check('write', { kind: 'exchange', name: destination, vhost: vhost.vhost })
  assertNotDefault(destination)
  assertNotDefault(source)
  access.check('read', { kind: 'exchange', name: source, vhost: vhost.vhost })
  const { routingKey, arguments: args } = method
  const destinationType = 'exchange' as const
  return { source, destination, destinationType, routingKey, arguments: args, owner }
}
