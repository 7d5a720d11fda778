import { ConnectionFault, type Fault } from '../protocol/faults.ts'
import type { MethodName } from '../wire/method-table.ts'
import { methodIds, type MethodFields } from '../wire/methods.ts'
import type { Handshake } from './handshake/handshake.ts'
import type { State } from './lifecycle.ts'

/** Where a fault occurred. */
export interface FaultOrigin {
  readonly state: State
  readonly handshake: Handshake
  /** The method received last on a channel, or on the connection after the handshake. */
  readonly method: MethodName | undefined
}

/** The connection.close for a fault, or undefined: during the handshake RabbitMQ explains little. */
export function closeMethod(
  fault: Fault,
  origin: FaultOrigin,
): MethodFields<'connection.close'> | undefined {
  if (!isExplained(fault, origin)) return undefined
  const [classId, methodId] = failedMethodIds(fault, origin)
  return { replyCode: fault.replyCode, replyText: fault.message, classId, methodId }
}

function isExplained(fault: Fault, { state, handshake }: FaultOrigin): boolean {
  if (state === 'running') return true
  if (state !== 'handshake') return false
  if (handshake.state === 'opening') return true
  return fault.replyCode === 403 && handshake.can('authentication_failure_close')
}

function failedMethodIds(
  fault: Fault,
  { state, handshake, method }: FaultOrigin,
): readonly [classId: number, methodId: number] {
  if (fault instanceof ConnectionFault && !fault.namesMethod) return [0, 0]
  if (state === 'handshake')
    return handshake.state === 'opening' ? methodIds('connection.open') : [0, 0]
  return method === undefined ? [0, 0] : methodIds(method)
}
