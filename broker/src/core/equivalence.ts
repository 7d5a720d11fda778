import { plainTerm } from '../protocol/erlang-term.ts'
import { preconditionFailed } from '../protocol/faults.ts'
import { canonical } from '../protocol/field-equality.ts'
import { integerOf, type FieldTable, type FieldValue } from '../protocol/field-value.ts'

/** Throws if a property differs from that of the first declaration. */
export function assertSame(
  resource: string,
  name: string,
  values: { readonly current: string | boolean; readonly received: string | boolean },
): void {
  const { current, received } = values
  if (current === received) return
  throw inequivalent(resource, name, { received: `'${received}'`, current: `'${current}'` })
}

/** Throws if one of the arguments `names` differs from that of the first declaration. */
export function assertSameArguments(
  resource: string,
  names: Iterable<string>,
  tables: { readonly current: FieldTable; readonly received: FieldTable },
): void {
  for (const name of names) {
    const current = tables.current.get(name)
    const received = tables.received.get(name)
    if (current === received) continue
    if (current === undefined || received === undefined)
      throw inequivalent(resource, name, { received: typed(received), current: typed(current) })
    if (!sameValue(current, received))
      throw inequivalent(resource, name, {
        received: `'${plainTerm(received)}'`,
        current: `'${plainTerm(current)}'`,
      })
  }
}

/** RabbitMQ compares the values of integers, and ignores their width. */
function sameValue(a: FieldValue, b: FieldValue): boolean {
  const bothIntegers = integerOf(a) !== undefined && integerOf(b) !== undefined
  return (bothIntegers || a.type === b.type) && canonical(a) === canonical(b)
}

function typed(field: FieldValue | undefined): string {
  return field === undefined ? 'none' : `the value '${plainTerm(field)}' of type '${field.type}'`
}

function inequivalent(
  resource: string,
  name: string,
  { received, current }: { readonly received: string; readonly current: string },
): Error {
  return preconditionFailed(
    `inequivalent arg '${name}' for ${resource}: received ${received} but current is ${current}`,
  )
}
