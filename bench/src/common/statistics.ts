/** The median and the range of some values. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN }
}

/** The quantile at `fraction` (0 to 1) of sorted values, interpolated between the nearest two. */
export function quantile(sorted: readonly number[], fraction: number): number {
  const position = fraction * (sorted.length - 1)
  const below = sorted[Math.floor(position)] ?? NaN
  const above = sorted[Math.ceil(position)] ?? NaN
  return below + (above - below) * (position - Math.floor(position))
}

/**
 * The ratios of a candidate to the baseline, round by round. If the machine is slow during a round,
 * both are slow, and the ratio stays the same.
 */
export function ratioOf(values: readonly number[], baseline: readonly number[]): Spread {
  return spreadOf(
    values.flatMap((value, round) => {
      const other = baseline[round]
      return other === undefined ? [] : [value / other]
    }),
  )
}
