import type { Policy } from '../../core/policy/policies.ts'
import type { JsonObject } from '../format/json-fields.ts'

export function policyView(vhost: string, policy: Policy): JsonObject {
  const { name, pattern, applyTo, definition, priority } = policy
  return { vhost, name, pattern, 'apply-to': applyTo, definition, priority }
}

/** RabbitMQ also shows operator policies as parameters, and exports them as such. */
export function operatorPolicyParameter(vhost: string, policy: Policy): JsonObject {
  const { name, pattern, applyTo, definition, priority } = policy
  const value = { pattern, 'apply-to': applyTo, definition, priority }
  return { vhost, component: 'operator_policy', name, value }
}
