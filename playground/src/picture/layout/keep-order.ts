/** The nodes of each rank, in their order. */
export type Rows = readonly (readonly string[])[]

/** Leads from a node of one row to a node of the next. */
export type Step = readonly [from: string, to: string]

/** How often the rows are gone through; with more, hardly any edge crosses less. */
const sweeps = 6

/**
 * Gives the nodes of the layout before their old order in each row. The others take the places between them
 * where the fewest edges cross.
 */
export function keepOrder(
  rows: Rows,
  steps: readonly Step[],
  before: ReadonlyMap<string, number>,
): Rows {
  // Upside down, the new order may be closer to the old one.
  const upsideDown = rows.map((row) => row.toReversed())
  const candidates = [rows, upsideDown].flatMap((each) => {
    let current = each.map((row) => sortedAsBefore(row, before))
    const found = [current]
    for (let i = 0; i < sweeps; i++) {
      current = i % 2 === 0 ? sweep(current, steps, before) : sweepBack(current, steps, before)
      found.push(current)
    }
    return found.map((order) => ({ order, crossings: crossingsIn(order, steps) }))
  })
  return candidates.reduce((best, each) => (each.crossings < best.crossings ? each : best)).order
}

/** How many pairs of edges cross. */
export function crossingsIn(rows: Rows, steps: readonly Step[]): number {
  return rows.slice(1).reduce((sum, row, i) => {
    const [above, below] = [placesOf(rows[i] ?? []), placesOf(row)]
    const between = steps.flatMap(([from, to]) => {
      const [a, b] = [above.get(from), below.get(to)]
      return a === undefined || b === undefined ? [] : [[a, b] as const]
    })
    const crossing = between.flatMap(([a, b], k) =>
      between.slice(k + 1).filter(([c, d]) => (a - c) * (b - d) < 0),
    )
    return sum + crossing.length
  }, 0)
}

function placesOf(row: readonly string[]): ReadonlyMap<string, number> {
  return new Map(row.map((id, i) => [id, i]))
}

/** Sorts the nodes of the layout before; the others stay where they are. */
function sortedAsBefore(row: readonly string[], before: ReadonlyMap<string, number>): string[] {
  const sorted = row
    .filter((id) => before.has(id))
    .toSorted((a, b) => (before.get(a) ?? 0) - (before.get(b) ?? 0))
  return row.map((id) => (before.has(id) ? (sorted.shift() ?? id) : id))
}

/** Gives new nodes their places row by row, by their edges to the row before. */
function sweep(
  rows: readonly string[][],
  steps: readonly Step[],
  before: ReadonlyMap<string, number>,
): string[][] {
  const placed: string[][] = []
  for (const row of rows) {
    const previous = placed.at(-1)
    placed.push(previous === undefined ? row : inserted(row, endsOf(steps, previous), before))
  }
  return placed
}

function sweepBack(
  rows: readonly string[][],
  steps: readonly Step[],
  before: ReadonlyMap<string, number>,
): string[][] {
  const back = steps.map(([from, to]) => [to, from] as const)
  return sweep(rows.toReversed(), back, before).toReversed()
}

/** For each node, the places of its neighbors in the row before. */
function endsOf(
  steps: readonly Step[],
  previous: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const places = placesOf(previous)
  const ends = new Map<string, number[]>()
  for (const [from, to] of steps) {
    const place = places.get(from)
    if (place !== undefined) ends.set(to, [...(ends.get(to) ?? []), place])
  }
  return ends
}

function inserted(
  row: readonly string[],
  ends: ReadonlyMap<string, readonly number[]>,
  before: ReadonlyMap<string, number>,
): string[] {
  const result = row.filter((id) => before.has(id))
  for (const id of row) if (!before.has(id)) result.splice(bestPlace(id, result, ends), 0, id)
  return result
}

/** The last of the places where the fewest edges cross. */
function bestPlace(
  id: string,
  row: readonly string[],
  ends: ReadonlyMap<string, readonly number[]>,
): number {
  let [best, least, change] = [0, 0, 0]
  for (const [i, other] of row.entries()) {
    const [own, others] = [ends.get(id) ?? [], ends.get(other) ?? []]
    change += crossings(others, own) - crossings(own, others)
    if (change <= least) [best, least] = [i + 1, change]
  }
  return best
}

/** How many edges cross if the node with the first ends is before the one with the second. */
function crossings(first: readonly number[], second: readonly number[]): number {
  return first.flatMap((a) => second.filter((b) => a > b)).length
}
