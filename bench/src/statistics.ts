/** The middle of some figures, and how far they reach. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN }
}

/** What `part` of the figures are below of; between two of them, the share of both. */
export function quantile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? NaN
  const above = sorted[Math.ceil(place)] ?? NaN
  return below + (above - below) * (place - Math.floor(place))
}

/**
 * The ratio of a contender to the reference, round by round: what slows the machine down for a
 * while slows both, and the ratio stays.
 */
export function ratioOf(values: readonly number[], reference: readonly number[]): Spread {
  return spreadOf(
    values.flatMap((value, round) => {
      const other = reference[round]
      return other === undefined ? [] : [value / other]
    }),
  )
}
