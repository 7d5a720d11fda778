import {
  integerOf,
  long,
  longstr,
  type FieldTable,
  type FieldValue,
} from '../../protocol/field-value.ts'

/** What a policy sets: `message-ttl` stands for the argument `x-message-ttl`. */
export type PolicyDefinition = Readonly<Record<string, unknown>>

/** What the policies of a queue or exchange mean together. */
export interface EffectivePolicy {
  /** The names of the policies; undefined where none applies. */
  readonly policy: string | undefined
  readonly operatorPolicy: string | undefined
  readonly definition: PolicyDefinition
}

export const noPolicy: EffectivePolicy = {
  policy: undefined,
  operatorPolicy: undefined,
  definition: {},
}

/** Of these, the smallest value applies; of others, an argument wins over a policy. */
const limits = new Set([
  'consumer-timeout',
  'delivery-limit',
  'expires',
  'max-length',
  'max-length-bytes',
  'message-ttl',
])

/** The operator's policy wins, except that it only lowers limits. */
export function mergeDefinitions(
  policy: PolicyDefinition,
  operator: PolicyDefinition,
): PolicyDefinition {
  const merged: Record<string, unknown> = { ...policy }
  for (const [name, value] of Object.entries(operator)) {
    const other = merged[name]
    const bothNumbers = typeof value === 'number' && typeof other === 'number'
    merged[name] = limits.has(name) && bothNumbers ? Math.min(value, other) : value
  }
  return merged
}

/** The arguments of a queue together with its policy, which always wins for a stream. */
export function withPolicy(args: FieldTable, { definition }: EffectivePolicy): FieldTable {
  const merged = new Map(args)
  const isStream = args.get('x-queue-type')?.value === 'stream'
  for (const [name, value] of Object.entries(definition)) {
    const field = toField(value)
    const argument = isStream ? undefined : args.get(`x-${name}`)
    if (field !== undefined) merged.set(`x-${name}`, resolve(name, field, argument))
  }
  return merged
}

function resolve(name: string, policy: FieldValue, argument: FieldValue | undefined): FieldValue {
  if (argument === undefined) return policy
  if (!limits.has(name)) return argument
  const [a, b] = [integerOf(policy), integerOf(argument)]
  return a !== undefined && b !== undefined && a < b ? policy : argument
}

function toField(value: unknown): FieldValue | undefined {
  if (typeof value === 'number') return long(value)
  return typeof value === 'string' ? longstr(value) : undefined
}
