import type { LinesOf, TourClaim } from '@messaging-patterns/shared/cli'

/** Implements `LinesOf` for programs whose lines are found by name. */
export function linesFrom(find: (program: string) => readonly string[]): LinesOf {
  return (program, ending = '') =>
    find(program)
      .filter((line) => line.endsWith(ending))
      .map((line) => line.slice(0, line.length - ending.length))
}

/** Why a claim is false; undefined if it is true. */
export function disprove(claim: TourClaim, lines: LinesOf): string | undefined {
  const actual = claim.actual(lines)
  const expected = typeof claim.expected === 'function' ? claim.expected(lines) : claim.expected
  if (expected.length === 0) return 'nothing was printed'
  const { count = expected.length } = claim
  if (expected.length !== count) return `expected ${count}, but there were ${expected.length}`
  const missing = without(expected, actual)
  const unexpected = without(actual, expected)
  const reasons = [
    missing.length > 0 && `${missing.length} of ${expected.length} missing: ${quoted(missing)}`,
    unexpected.length > 0 && `${unexpected.length} unexpected: ${quoted(unexpected)}`,
  ].filter((reason) => reason !== false)
  if (reasons.length > 0) return reasons.join('; ')
  const index = actual.findIndex((item, at) => item !== expected[at])
  return index === -1
    ? undefined
    : `in the wrong order: ${quoted([actual[index] ?? ''])} was number ${index + 1}`
}

/** The items that are not in `others`. Equal items are matched one by one. */
function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1)
  return items.filter((item) => {
    const count = counts.get(item) ?? 0
    counts.set(item, count - 1)
    return count <= 0
  })
}

function quoted(items: readonly string[]): string {
  const first = items.slice(0, 3).map((item) => JSON.stringify(item))
  return items.length > 3 ? `${first.join(', ')}, ...` : first.join(', ')
}
