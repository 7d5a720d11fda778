export interface Point {
  readonly x: number
  readonly y: number
}

/** How many points each way has, so that a way can turn into another one when nodes move. */
const samples = 64

/** A smooth way through a few points, as many points at equal distances. */
export function smoothPath(through: readonly Point[], down: boolean): readonly Point[] {
  return evenly(curve(through, down))
}

/** The place at a part of the way, from 0 to 1. */
export function pointAt(path: readonly Point[], part: number): Point {
  const at = Math.min(1, Math.max(0, part)) * (path.length - 1)
  const before = path[Math.floor(at)] ?? { x: 0, y: 0 }
  const after = path[Math.ceil(at)] ?? before
  return between(before, after, at - Math.floor(at))
}

/** A way between two ways. */
export function blend(
  from: readonly Point[],
  to: readonly Point[],
  part: number,
): readonly Point[] {
  return to.map((point, i) => between(from[i] ?? point, point, part))
}

export function between(a: Point, b: Point, part: number): Point {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part }
}

/** For the attribute `d`: curves between the middles of the pieces, with the points as controls. */
export function pathData(path: readonly Point[]): string {
  const [first, ...others] = path
  const last = others.pop()
  if (first === undefined || last === undefined) return ''
  const curves = others.map((point, i) => {
    const next = others[i + 1]
    return `Q${written(point)} ${written(next === undefined ? last : between(point, next, 0.5))}`
  })
  return `M${written(first)}${curves.length === 0 ? `L${written(last)}` : curves.join('')}`
}

function written({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`
}

export function lengthOf(path: readonly Point[]): number {
  return path.reduce((sum, point, i) => sum + distance(path[i - 1] ?? point, point), 0)
}

/** Slow at both ends, so that one sees where a message leaves and where it arrives. */
export function ease(part: number): number {
  return part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2
}

/** Each piece leaves and arrives in the direction in which messages move, so the pieces fit. */
function curve(through: readonly Point[], down: boolean): readonly Point[] {
  const points: Point[] = []
  for (const [i, a] of through.slice(0, -1).entries()) {
    const b = through[i + 1] ?? a
    const middle = between(a, b, 0.5)
    const [leaving, arriving] = down
      ? [
          { x: a.x, y: middle.y },
          { x: b.x, y: middle.y },
        ]
      : [
          { x: middle.x, y: a.y },
          { x: middle.x, y: b.y },
        ]
    for (let k = 0; k < 24; k++) points.push(cubic([a, leaving, arriving, b], k / 24))
  }
  return [...points, ...through.slice(-1)]
}

function cubic([a, b, c, d]: readonly [Point, Point, Point, Point], t: number): Point {
  const weights = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3]
  const sum = (axis: keyof Point): number =>
    [a, b, c, d].reduce((all, point, i) => all + point[axis] * (weights[i] ?? 0), 0)
  return { x: sum('x'), y: sum('y') }
}

function evenly(points: readonly Point[]): readonly Point[] {
  const total = lengthOf(points)
  const result: Point[] = []
  let [i, walked] = [0, 0]
  for (let k = 0; k <= samples; k++) {
    const goal = (total * k) / samples
    while (i + 2 < points.length && walked + gapAfter(points, i) < goal)
      walked += gapAfter(points, i++)
    const [a, b] = [points[i], points[i + 1] ?? points[i]]
    if (a === undefined || b === undefined) continue
    result.push(between(a, b, Math.min(1, (goal - walked) / (gapAfter(points, i) || 1))))
  }
  return result
}

function gapAfter(points: readonly Point[], i: number): number {
  const [a, b] = [points[i], points[i + 1]]
  return a && b ? distance(a, b) : 0
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

/** The place at a part of a way whose points are at any distances. */
export function pointAlong(path: readonly Point[], part: number): Point {
  let rest = lengthOf(path) * part
  for (const [i, a] of path.entries()) {
    const b = path[i + 1]
    if (b === undefined) return a
    const length = distance(a, b)
    if (length >= rest) return between(a, b, length === 0 ? 0 : rest / length)
    rest -= length
  }
  return { x: 0, y: 0 }
}
