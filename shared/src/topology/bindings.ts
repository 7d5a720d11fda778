import { isDeepStrictEqual } from 'node:util'

import { checkShortString } from '../messages/short-string.ts'
import type { Headers } from '../messages/headers.ts'

/** An exchange that messages come from. */
export interface BindingSource {
  readonly name: string
  /** Whether it was deleted, and its bindings with it. */
  readonly deleted: boolean
}

/** What a queue or an exchange asks of another exchange. */
export interface Binding {
  readonly source: BindingSource
  readonly key: string
  readonly arguments: Headers
}

/** The bindings for some routing keys; without any, the one for the empty key. */
export function bindingsByKey(source: BindingSource, keys: readonly string[]): readonly Binding[] {
  return (keys.length === 0 ? [''] : keys).map((key) => {
    checkShortString('a binding key', key, remedyFor(key))
    return { source, key, arguments: {} }
  })
}

function remedyFor(key: unknown): string | undefined {
  if (!Array.isArray(key)) return undefined
  const each = key.map((one) => JSON.stringify(one)).join(', ')
  return `pass each key as an argument of its own: ${each}`
}

/** The binding for messages with these headers. */
export function bindingByHeaders(source: BindingSource, headers: Headers): Binding {
  return { source, key: '', arguments: headers }
}

/** The bindings except those that are equal to a removed one. */
export function without(
  bindings: readonly Binding[],
  removed: readonly Binding[],
): readonly Binding[] {
  return bindings.filter((binding) => !removed.some((each) => isSame(each, binding)))
}

function isSame(a: Binding, b: Binding): boolean {
  return (
    a.source.name === b.source.name &&
    a.key === b.key &&
    isDeepStrictEqual(a.arguments, b.arguments)
  )
}
