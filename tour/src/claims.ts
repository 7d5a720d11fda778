import type { Look, TourClaim } from '@messaging-patterns/shared/cli'

/** Looks at the lines of programs, which are found by their names. */
export function lookOver(linesOf: (program: string) => readonly string[]): Look {
  return (program, ending = '') =>
    linesOf(program)
      .filter((line) => line.endsWith(ending))
      .map((line) => line.slice(0, line.length - ending.length))
}

/** Why a claim does not hold; undefined when it does. */
export function disprove(claim: TourClaim, look: Look): string | undefined {
  const found = claim.found(look)
  const wanted = typeof claim.wanted === 'function' ? claim.wanted(look) : claim.wanted
  if (wanted.length === 0) return 'there was nothing to see'
  const { count = wanted.length } = claim
  if (wanted.length !== count) return `expected ${count}, and there were ${wanted.length}`
  const missing = without(wanted, found)
  const superfluous = without(found, wanted)
  const reasons = [
    missing.length > 0 && `${missing.length} of ${wanted.length} missing: ${quoted(missing)}`,
    superfluous.length > 0 && `${superfluous.length} too many: ${quoted(superfluous)}`,
  ].filter((reason) => reason !== false)
  if (reasons.length > 0) return reasons.join('; ')
  const place = found.findIndex((item, index) => item !== wanted[index])
  return place === -1
    ? undefined
    : `in another order: ${quoted([found[place] ?? ''])} came as number ${place + 1}`
}

/** The items, each taken away once for each that it has in `others`. */
function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1)
  return items.filter((item) => {
    const count = left.get(item) ?? 0
    left.set(item, count - 1)
    return count <= 0
  })
}

function quoted(items: readonly string[]): string {
  const shown = items.slice(0, 3).map((item) => JSON.stringify(item))
  return items.length > 3 ? `${shown.join(', ')}, ...` : shown.join(', ')
}
