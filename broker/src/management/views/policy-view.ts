import type { Policy } from '../../core/policy/policies.ts'
import type { JsonObject } from '../json-fields.ts'

export function policyView(vhost: string, policy: Policy): JsonObject {
  const { name, pattern, applyTo, definition, priority } = policy
  return { vhost, name, pattern, 'apply-to': applyTo, definition, priority }
}
