import { preconditionFailed } from '../../protocol/faults.ts'
import { canonical, canonicalTable } from '../../protocol/field-equality.ts'
import type { FieldTable, FieldValue } from '../../protocol/field-value.ts'
import { erlangTerm } from '../../protocol/erlang-term.ts'
import { DestinationBag } from '../../collections/counted-set.ts'
import type { BindingRule, Route, RoutingTable } from './routing-table.ts'

/** One binding's arguments, with all the destinations bound by the same ones. */
interface HeadersRule<D> {
  readonly any: boolean
  /** The headers asked for: a value's canonical text, or undefined where presence will do. */
  readonly wanted: readonly (readonly [name: string, value: string | undefined])[]
  /** The places of the index that lead to it. */
  readonly anchors: readonly string[]
  readonly destinations: DestinationBag<D>
}

/** Leads to the rules that every message matches. */
const always = ''

/**
 * headers: the binding's arguments against the headers of the message. An index leads from each
 * header of a message to the rules that ask for it, so that the others cost nothing: a rule that
 * asks for all of its headers hangs at one of them, the one with the fewest rules.
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
    for (const anchor of known.anchors) {
      const rules = this.#index.get(anchor)
      rules?.delete(known)
      if (rules?.size === 0) this.#index.delete(anchor)
    }
  }

  match({ headers }: Route, visit: (destination: D) => void): void {
    const values = new Map<string, string>()
    for (const [name, field] of headers ?? []) values.set(name, canonical(field))
    this.#visit(always, values, visit)
    for (const [name, value] of values) {
      this.#visit(anchorOf(name, value), values, visit)
      this.#visit(anchorOf(name, undefined), values, visit)
    }
  }

  #visit(anchor: string, values: ReadonlyMap<string, string>, visit: (d: D) => void): void {
    for (const rule of this.#index.get(anchor) ?? [])
      if (rule.any || rule.wanted.every((want) => fulfils(values, want)))
        rule.destinations.visit(visit)
  }

  #addRule(key: string, args: FieldTable): HeadersRule<D> {
    const mode = args.get('x-match')?.value
    const any = mode === 'any' || mode === 'any-with-x'
    const withX = mode === 'all-with-x' || mode === 'any-with-x'
    const wanted = wantedHeaders(args, withX)
    const anchors = this.#anchorsFor(any, wanted)
    const rule = { any, wanted, anchors, destinations: new DestinationBag<D>() }
    this.#rules.set(key, rule)
    for (const anchor of anchors) {
      const rules = this.#index.get(anchor) ?? new Set()
      this.#index.set(anchor, rules.add(rule))
    }
    return rule
  }

  #anchorsFor(any: boolean, wanted: HeadersRule<D>['wanted']): readonly string[] {
    const places = wanted.map(([name, value]) => anchorOf(name, value))
    if (any) return places
    let best: string | undefined
    for (const place of places)
      if (best === undefined || this.#sizeOf(place) < this.#sizeOf(best)) best = place
    return [best ?? always]
  }

  #sizeOf(anchor: string): number {
    return this.#index.get(anchor)?.size ?? 0
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

/** A void field asks for the header's presence alone. */
function valueOf(field: FieldValue): string | undefined {
  return field.type === 'void' ? undefined : canonical(field)
}

function fulfils(
  values: ReadonlyMap<string, string>,
  [name, value]: readonly [string, string | undefined],
): boolean {
  return value === undefined ? values.has(name) : values.get(name) === value
}

function anchorOf(name: string, value: string | undefined): string {
  return value === undefined ? `?${name}` : `=${JSON.stringify(name)}${value}`
}

/** Throws what RabbitMQ answers to an x-match that it does not know. */
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
