import { isApplicable, type PolicyQueueType } from './applicable.ts'
import {
  mergeDefinitions,
  noPolicy,
  type EffectivePolicy,
  type PolicyDefinition,
} from './effective-policy.ts'

/** To what a policy applies. */
export const policyTargets = [
  'queues',
  'classic_queues',
  'quorum_queues',
  'streams',
  'exchanges',
  'all',
] as const
export type PolicyTarget = (typeof policyTargets)[number]

export interface Policy {
  readonly name: string
  /** A regular expression for the names. */
  readonly pattern: string
  readonly applyTo: PolicyTarget
  readonly definition: PolicyDefinition
  /** Only the matching policy with the highest priority applies. */
  readonly priority: number
}

/** An operator policy applies in addition to a policy, and limits it. */
export type PolicyKind = 'policy' | 'operator-policy'

interface Entry {
  readonly policy: Policy
  readonly pattern: RegExp
}

/** The policies of a virtual host. */
export class Policies {
  readonly #onChange: () => void
  readonly #entries: Readonly<Record<PolicyKind, Map<string, Entry>>> = {
    policy: new Map(),
    'operator-policy': new Map(),
  }

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  list(kind: PolicyKind): readonly Policy[] {
    return Array.from(this.#entries[kind].values(), ({ policy }) => policy)
  }

  get(kind: PolicyKind, name: string): Policy | undefined {
    return this.#entries[kind].get(name)?.policy
  }

  /** Throws a SyntaxError if the pattern is not a regular expression. */
  set(kind: PolicyKind, policy: Policy): void {
    this.#entries[kind].set(policy.name, { policy, pattern: new RegExp(policy.pattern, 'u') })
    this.#onChange()
  }

  delete(kind: PolicyKind, name: string): void {
    if (this.#entries[kind].delete(name)) this.#onChange()
  }

  forExchange(name: string): EffectivePolicy {
    return this.#effective(name, ['exchanges', 'all'])
  }

  forQueue(name: string, type: PolicyQueueType): EffectivePolicy {
    const target = type === 'stream' ? 'streams' : (`${type}_queues` as const)
    return this.#effective(name, ['queues', target, 'all'], type)
  }

  #effective(
    name: string,
    targets: readonly PolicyTarget[],
    type?: PolicyQueueType,
  ): EffectivePolicy {
    const isFor = ({ applyTo, definition }: Policy): boolean =>
      targets.includes(applyTo) && (type === undefined || isApplicable(definition, type))
    const policy = this.#match('policy', name, isFor)
    const operator = this.#match('operator-policy', name, isFor)
    if (policy === undefined && operator === undefined) return noPolicy
    return {
      policy: policy?.name,
      operatorPolicy: operator?.name,
      definition: mergeDefinitions(policy?.definition ?? {}, operator?.definition ?? {}),
    }
  }

  #match(kind: PolicyKind, name: string, isFor: (policy: Policy) => boolean): Policy | undefined {
    let best: Policy | undefined
    for (const { policy, pattern } of this.#entries[kind].values()) {
      if (!isFor(policy) || !pattern.test(name)) continue
      if (best === undefined || policy.priority > best.priority) best = policy
    }
    return best
  }
}
