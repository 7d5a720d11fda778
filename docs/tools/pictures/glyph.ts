import type { Arrow, Picture, Thing } from './layout.ts'

interface Point {
  readonly x: number
  readonly y: number
}

const [width, height, margin] = [132, 64, 10]

/**
 * A picture without its words, small enough for a list of chapters. The style sheet of the page
 * colors it, so that it suits both color schemes.
 */
export function glyphOf({ layers, arrows }: Picture): string {
  const places = new Map<string, Point>()
  const step = (width - 2 * margin) / (layers.length - 1)
  for (const [column, layer] of layers.entries())
    for (const [row, { id }] of layer.entries()) {
      const x = margin + column * step
      places.set(id, { x, y: height / 2 + (row - (layer.length - 1) / 2) * 22 })
    }
  const at = (id: string): Point => places.get(id) ?? { x: 0, y: 0 }
  const parts = [
    ...arrows.map((arrow) => lineOf(arrow, arrows, at)),
    ...layers.flat().map((thing) => markOf(thing, at(thing.id))),
  ]
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${parts.join('')}</svg>`
}

/** Two arrows between the same things are curved apart. */
function lineOf({ from, to }: Arrow, arrows: readonly Arrow[], at: (id: string) => Point): string {
  const [a, b] = [at(from), at(to)]
  const isPair = arrows.some((other) => other.from === to && other.to === from)
  if (!isPair) return `<path d="M${a.x} ${a.y}L${b.x} ${b.y}"/>`
  const [middle, aside] = [(a.x + b.x) / 2, a.x < b.x ? -14 : 14]
  return `<path d="M${a.x} ${a.y}Q${middle} ${(a.y + b.y) / 2 + aside} ${b.x} ${b.y}"/>`
}

function markOf({ kind }: Thing, { x, y }: Point): string {
  if (kind === 'exchange') return `<circle class="exchange" cx="${x}" cy="${y}" r="8"/>`
  if (kind !== 'queue')
    return `<rect class="${kind}" x="${x - 7}" y="${y - 7}" width="14" height="14" rx="3.5"/>`
  const bars = `M${x + 2} ${y - 7}v14M${x + 6} ${y - 7}v14`
  return `<rect class="queue" x="${x - 10}" y="${y - 7}" width="20" height="14"/><path class="queue" d="${bars}"/>`
}
