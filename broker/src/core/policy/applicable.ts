import type { PolicyDefinition } from './effective-policy.ts'

export type PolicyQueueType = 'classic' | 'quorum' | 'stream'

/** What queues of a type do not have. RabbitMQ does not apply a policy that sets any of it. */
const unsupported: Readonly<Record<PolicyQueueType, ReadonlySet<string>>> = {
  classic: new Set([
    'dead-letter-strategy',
    'delivery-limit',
    'initial-cluster-size',
    'max-age',
    'max-in-memory-bytes',
    'max-in-memory-length',
    'stream-max-segment-size-bytes',
    'target-group-size',
  ]),
  quorum: new Set([
    'initial-cluster-size',
    'max-age',
    'queue-mode',
    'stream-max-segment-size-bytes',
  ]),
  stream: new Set([
    'dead-letter-exchange',
    'dead-letter-routing-key',
    'dead-letter-strategy',
    'delivery-limit',
    'expires',
    'max-in-memory-bytes',
    'max-in-memory-length',
    'max-length',
    'message-ttl',
    'overflow',
    'queue-mode',
    'target-group-size',
  ]),
}

export function isApplicable(definition: PolicyDefinition, type: PolicyQueueType): boolean {
  return Object.keys(definition).every((name) => !unsupported[type].has(name))
}
