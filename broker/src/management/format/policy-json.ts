import {
  type Policy,
  type PolicyKind,
  type PolicyTarget,
  policyTargets,
} from '../../core/policy/policies.ts'
import { largestSegment, parseAge } from '../../core/stream/stream-arguments.ts'
import { erlangTerm } from '../../protocol/erlang-term.ts'
import { badRequest } from './api-error.ts'
import { isObject, type JsonObject, toField } from './json-fields.ts'
import { problemWithRegExp } from './regular-expression.ts'

/** What is wrong with a value, in RabbitMQ's words; undefined if nothing is. */
type Check = (value: unknown) => string | undefined

const retryTypes = ['all', 'failed', 'returned', 'disabled']
const overflows = ['drop-head', 'reject-publish', 'reject-publish-dlx']
const locators = ['client-local', 'balanced', 'random', 'least-leaders']
const delay = (which: string) => `delayed retry ${which} delay. Must be a positive integer`

/** What policies can set. Those about nodes, disks and memory have no effect here. */
const settings: Readonly<Record<string, Check>> = {
  'alternate-exchange': text('alternate exchange name'),
  'consumer-timeout': atLeast(0, 'consumer timeout'),
  'dead-letter-exchange': text('dead letter exchange name'),
  'dead-letter-routing-key': text('dead letter routing key'),
  'delayed-retry-max': atLeast(1, delay('maximum')),
  'delayed-retry-min': atLeast(1, delay('minimum')),
  'delayed-retry-type': oneOf(
    retryTypes,
    `delayed retry type. Must be one of: ${retryTypes.join(', ')}`,
  ),
  'delivery-limit': atLeast(-Infinity, 'delivery limit'),
  expires: atLeast(1, 'queue expiry'),
  'max-length': atLeast(0, 'maximum length'),
  'max-length-bytes': atLeast(0, 'maximum length in bytes'),
  'message-ttl': atLeast(0, 'message TTL'),
  overflow: oneOf(overflows, 'overflow value'),
  'consumer-disconnected-timeout': atLeast(0, 'consumer disconnected timeout'),
  'dead-letter-strategy': oneOf(['at-most-once', 'at-least-once'], 'dead letter strategy'),
  'initial-cluster-size': atLeast(1, 'initial cluster size'),
  'max-age': age,
  'max-in-memory-bytes': atLeast(0, 'maximum memory in bytes'),
  'max-in-memory-length': atLeast(0, 'maximum memory in bytes'),
  'queue-leader-locator': oneOf(locators, 'queue leader locator value'),
  'queue-mode': oneOf(['default', 'lazy'], 'queue-mode value'),
  'queue-version': oneOf([1, 2], 'queue-version value'),
  'stream-filter-size-bytes': between(16, 255, 'filter size. Valid range is 16-255'),
  'stream-max-segment-size-bytes': between(1, largestSegment, 'segment size'),
  'target-group-size': atLeast(1, 'qq target count value'),
}

/** What an operator cannot set. */
const forPoliciesOnly = [
  'alternate-exchange',
  'consumer-timeout',
  'dead-letter-exchange',
  'dead-letter-routing-key',
  'dead-letter-strategy',
  'max-age',
]

/** Reads a policy. Throws all that is wrong with it. */
export function readPolicy(kind: PolicyKind, name: string, json: JsonObject): Policy {
  const { pattern, definition, priority = 0, 'apply-to': applyTo = 'all' } = json
  const problems = [
    ...problemsWithDefinition(kind, definition),
    ...problemsWithTarget(applyTo),
    ...problemsWithPattern(pattern),
    ...(typeof priority === 'number'
      ? []
      : [`priority should be a number, actually was ${term(priority)}`]),
  ]
  if (problems.length > 0 || !isObject(definition) || !isTarget(applyTo))
    throw badRequest(`Validation failed\n\n${problems.join('\n')}\n`)
  return { name, pattern: String(pattern), definition, priority: Number(priority), applyTo }
}

function problemsWithDefinition(kind: PolicyKind, definition: unknown): readonly string[] {
  if (!isObject(definition) || Object.keys(definition).length === 0) return ['no policy provided']
  const isKnown = (name: string): boolean =>
    Object.hasOwn(settings, name) && (kind === 'policy' || !forPoliciesOnly.includes(name))
  const entries = Object.entries(definition)
  const problems = entries.flatMap(([name, value]) =>
    Object.hasOwn(settings, name) ? (settings[name]?.(value) ?? []) : [],
  )
  const unknown = entries.filter(([name]) => !isKnown(name))
  if (problems.length > 0 || unknown.length === 0) return problems.slice(0, 1)
  const terms = unknown.map(([name, value]) => `{<<"${name}">>,${term(value)}}`)
  return [`[${terms.join()}] are not recognised policy settings`]
}

function problemsWithTarget(target: unknown): readonly string[] {
  if (isTarget(target)) return []
  return [
    `apply-to '${String(target)}' unrecognised; should be one of: 'queues', 'classic_queues',  ` +
      "'quorum_queues', 'streams', 'exchanges', or 'all'",
  ]
}

function isTarget(target: unknown): target is PolicyTarget {
  return policyTargets.some((known) => known === target)
}

function problemsWithPattern(pattern: unknown): readonly string[] {
  if (typeof pattern !== 'string') return [`pattern should be a binary but was ${term(pattern)}`]
  const problem = problemWithRegExp(pattern)
  if (problem === undefined) return []
  return [`pattern should be regular expression but is invalid: ${problem}`]
}

function atLeast(least: number, what: string): Check {
  return between(least, Infinity, what)
}

function between(least: number, most: number, what: string): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `${term(value)} is not a valid ${what}`
}

function age(value: unknown): string | undefined {
  const isAge = typeof value === 'string' && parseAge(value) !== undefined
  return isAge ? undefined : `${term(value)} is not a valid max age`
}

function text(what: string): Check {
  return (value) =>
    typeof value === 'string' ? undefined : `${term(value)} is not a valid ${what}`
}

function oneOf(values: readonly unknown[], what: string): Check {
  return (value) => (values.includes(value) ? undefined : `${term(value)} is not a valid ${what}`)
}

/** As RabbitMQ prints values in its error texts. */
function term(value: unknown): string {
  return value === null || value === undefined ? 'undefined' : erlangTerm(toField(value))
}
