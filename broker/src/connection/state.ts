import { ConnectionFault, type Fault } from '../protocol/faults.ts'
import type { MethodName } from '../wire/method-table.ts'
import { methodIds } from '../wire/methods.ts'
import type { Handshake, HandshakeState } from './handshake.ts'

export type State =
  /** The eight bytes that come first. */
  | 'header'
  | 'handshake'
  | 'running'
  /** The broker has asked to close, and waits for the answer. */
  | 'closing'
  /** Nothing that comes is read any more; what was said may still arrive. */
  | 'deaf'
  | 'gone'

/** How far a connection has come, for people; the first three are the steps of the handshake. */
export type ConnectionState = HandshakeState | 'running' | 'closing'

export function describeState(state: State, handshake: Handshake): ConnectionState {
  if (state === 'header') return 'starting'
  if (state === 'handshake') return handshake.state
  return state === 'running' ? 'running' : 'closing'
}

/** During the handshake RabbitMQ tells a client little of what is wrong. */
export function mayTell(fault: Fault, state: State, handshake: Handshake): boolean {
  if (state === 'running') return true
  if (state !== 'handshake') return false
  if (handshake.state === 'opening') return true
  return fault.replyCode === 403 && handshake.can('authentication_failure_close')
}

/** The class and method that a close frame names; `method` is the last that came on a channel. */
export function blamedIds(
  fault: Fault,
  handshake: Handshake | undefined,
  method: MethodName | undefined,
): readonly [classId: number, methodId: number] {
  if (fault instanceof ConnectionFault && !fault.blamesMethod) return [0, 0]
  if (handshake !== undefined)
    return handshake.state === 'opening' ? methodIds('connection.open') : [0, 0]
  return method === undefined ? [0, 0] : methodIds(method)
}
