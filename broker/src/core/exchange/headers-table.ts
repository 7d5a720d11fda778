import { CountedSet } from '../../collections/counted-set.ts'
import { erlangTerm } from '../../protocol/erlang-term.ts'
import { preconditionFailed } from '../../protocol/faults.ts'
import { canonical, canonicalTable } from '../../protocol/field-equality.ts'
import type { FieldTable, FieldValue } from '../../protocol/field-value.ts'
import type { BindingRule, Route, RoutingTable } from './routing-table.ts'

/** The arguments of a binding, with all destinations that are bound with the same arguments. */
interface HeadersRule<D> {
  readonly any: boolean
  /** The headers that must match: a canonical value, or undefined if any value will do. */
  readonly wanted: readonly (readonly [name: string, value: string | undefined])[]
  /** The keys of the index that lead to this rule. */
  readonly indexKeys: readonly string[]
  readonly destinations: CountedSet<D>
}

/** The key of the rules that every message matches. */
const always = ''

/**
 * headers: a binding matches if its arguments match the headers of the message. An index leads from a
 * header of a message to the rules that name this header, so other rules cost nothing. A rule with
 * x-match=all has one key in the index: that of its headers with the fewest rules.
 */
export class HeadersTable<D> implements RoutingTable<D> {
  readonly #rules = new Map<string, HeadersRule<D>>()
  readonly #index = new Map<string, Set<HeadersRule<D>>>()

  add(rule: BindingRule, destination: D): void {
    const key = canonicalTable(rule.arguments)
    const known = this.#rules.get(key) ?? this.#addRule(key, rule.arguments)
    known.destinations.add(destination)
  }

  remove(rule: BindingRule, destination: D): void {
    const key = canonicalTable(rule.arguments)
    const known = this.#rules.get(key)
    if (known === undefined) return
    known.destinations.remove(destination)
    if (!known.destinations.empty) return
    this.#rules.delete(key)
    for (const indexKey of known.indexKeys) {
      const rules = this.#index.get(indexKey)
      rules?.delete(known)
      if (rules?.size === 0) this.#index.delete(indexKey)
    }
  }

  match({ headers }: Route, visit: (destination: D) => void): void {
    const values = new Map<string, string>()
    for (const [name, field] of headers ?? []) values.set(name, canonical(field))
    this.#visit(always, values, visit)
    for (const [name, value] of values) {
      this.#visit(indexKeyOf(name, value), values, visit)
      this.#visit(indexKeyOf(name, undefined), values, visit)
    }
  }

  #visit(indexKey: string, values: ReadonlyMap<string, string>, visit: (d: D) => void): void {
    for (const rule of this.#index.get(indexKey) ?? [])
      if (rule.any || rule.wanted.every((want) => isMatched(values, want)))
        rule.destinations.visit(visit)
  }

  #addRule(key: string, args: FieldTable): HeadersRule<D> {
    const mode = args.get('x-match')?.value
    const any = mode === 'any' || mode === 'any-with-x'
    const withX = mode === 'all-with-x' || mode === 'any-with-x'
    const wanted = wantedHeaders(args, withX)
    const indexKeys = this.#indexKeysFor(any, wanted)
    const rule = { any, wanted, indexKeys, destinations: new CountedSet<D>() }
    this.#rules.set(key, rule)
    for (const indexKey of indexKeys) {
      const rules = this.#index.get(indexKey) ?? new Set()
      this.#index.set(indexKey, rules.add(rule))
    }
    return rule
  }

  #indexKeysFor(any: boolean, wanted: HeadersRule<D>['wanted']): readonly string[] {
    const candidates = wanted.map(([name, value]) => indexKeyOf(name, value))
    if (any) return candidates
    let best: string | undefined
    for (const candidate of candidates)
      if (best === undefined || this.#sizeOf(candidate) < this.#sizeOf(best)) best = candidate
    return [best ?? always]
  }

  #sizeOf(indexKey: string): number {
    return this.#index.get(indexKey)?.size ?? 0
  }
}

function wantedHeaders(
  args: FieldTable,
  withX: boolean,
): readonly (readonly [string, string | undefined])[] {
  return Array.from(args)
    .filter(([name]) => name !== 'x-match' && (withX || !name.startsWith('x-')))
    .map(([name, field]) => [name, valueOf(field)])
}

/** A void field matches any value. */
function valueOf(field: FieldValue): string | undefined {
  return field.type === 'void' ? undefined : canonical(field)
}

function isMatched(
  values: ReadonlyMap<string, string>,
  [name, value]: readonly [string, string | undefined],
): boolean {
  return value === undefined ? values.has(name) : values.get(name) === value
}

function indexKeyOf(name: string, value: string | undefined): string {
  return value === undefined ? `?${name}` : `=${JSON.stringify(name)}${value}`
}

/** Throws RabbitMQ's error for an invalid x-match. */
export function checkMatchMode(args: FieldTable): void {
  const mode = args.get('x-match')
  if (mode === undefined) return
  if (mode.type !== 'longstr')
    throw preconditionFailed(
      `Invalid x-match field type ${mode.type} (value ${erlangTerm(mode)}); expected longstr`,
    )
  if (!['all', 'any', 'all-with-x', 'any-with-x'].includes(mode.value))
    throw preconditionFailed(
      `Invalid x-match field value ${erlangTerm(mode)}; expected all, any, all-with-x, or any-with-x`,
    )
}
