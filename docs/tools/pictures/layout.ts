/** A thing in a picture. Things in the broker have a frame around them. */
export interface Thing {
  readonly id: string
  readonly kind: 'producer' | 'exchange' | 'queue' | 'consumer'
  readonly text: string
  /** A second, smaller line. */
  readonly note?: string
}

export interface Arrow {
  readonly from: string
  readonly to: string
  readonly text?: string
}

export interface Picture {
  /** A description for readers who cannot see the picture. */
  readonly says: string
  /** The name of the frame. Default: "broker". */
  readonly frame?: string
  /** From the producer to the consumers. */
  readonly layers: readonly (readonly Thing[])[]
  readonly arrows: readonly Arrow[]
}

/** Layers from left to right, or from top to bottom for a narrow screen. */
export type Shape = 'wide' | 'tall'

/** A point: x and y in a wide picture, y and x in a tall one. */
export interface Place {
  /** The coordinate in the direction from producer to consumer. */
  readonly along: number
  readonly across: number
}

/** A thing with its center and its size in both directions. */
export type PlacedThing = Thing & Place & { readonly depth: number; readonly breadth: number }

export interface PlacedArrow {
  /** One line, or two with the text between them. */
  readonly pieces: readonly (readonly [from: Place, to: Place])[]
  readonly text?: Place & { readonly words: string }
}

export interface Layout {
  readonly depth: number
  readonly breadth: number
  /** Where the frame starts and ends in the direction along; across, it is as broad as the picture. */
  readonly frame: readonly [start: number, end: number]
  readonly things: readonly PlacedThing[]
  readonly arrows: readonly PlacedArrow[]
}

export const boxHeight = 52
/** Space for the frame's name, above the things in it or to their left. */
export const nameRoom = 22
const [margin, padding, between] = [14, 12, 28]
const [boxLetter, arrowLetter, lineHeight] = [10.5, 9.5, 20]

export function layOut({ layers, arrows }: Picture, shape: Shape): Layout {
  const rows = layers.map((layer) => {
    const width = Math.max(...layer.map(widthOf))
    const [depth, breadth] = shape === 'wide' ? [width, boxHeight] : [boxHeight, width]
    return { layer, depth, breadth }
  })
  // The same for all layers, so that a queue and its consumer are in line.
  const pitch =
    between + Math.max(...rows.map(({ layer, breadth }) => (layer.length > 1 ? breadth : 0)))
  const broadest = Math.max(
    ...rows.map(({ layer, breadth }) => (layer.length - 1) * pitch + breadth),
  )
  const middle = nameRoom + padding + broadest / 2
  const things: PlacedThing[] = []
  const edges: number[] = []
  let edge = margin
  for (const [i, { layer, depth, breadth }] of rows.entries()) {
    for (const [number, thing] of layer.entries()) {
      const across = middle + (number - (layer.length - 1) / 2) * pitch
      things.push({ ...thing, along: edge + depth / 2, across, depth, breadth })
    }
    edges.push(edge, edge + depth)
    const next = layers[i + 1] ?? []
    edge +=
      depth +
      gapFor(
        arrows.filter((arrow) => connects(arrow, layer, next)),
        shape,
      )
  }
  const [start = 0, end = 0] = [edges[2], edges.at(-3)]
  return {
    depth: (edges.at(-1) ?? 0) + margin,
    breadth: nameRoom + padding + broadest + padding,
    frame: [start - padding, end + padding],
    things,
    arrows: arrows.map((arrow) => placeArrow(arrow, { arrows, things, shape })),
  }
}

function widthOf({ kind, text }: Thing): number {
  return text.length * boxLetter + (kind === 'queue' ? 34 : 24)
}

function connects({ from, to }: Arrow, one: readonly Thing[], other: readonly Thing[]): boolean {
  const isIn = (layer: readonly Thing[]): boolean =>
    layer.some(({ id }) => id === from || id === to)
  return isIn(one) && isIn(other)
}

/** The gap between two layers: space for the longest text and for some of the line on both sides. */
function gapFor(arrows: readonly Arrow[], shape: Shape): number {
  const texts = arrows.flatMap(({ text }) => text ?? [])
  return Math.max(48, ...texts.map((text) => sizeOf(text, shape).depth + 50))
}

function sizeOf(text: string, shape: Shape): { depth: number; breadth: number } {
  const width = text.length * arrowLetter + 16
  return shape === 'wide'
    ? { depth: width, breadth: lineHeight }
    : { depth: lineHeight, breadth: width }
}

interface Whole {
  readonly arrows: readonly Arrow[]
  readonly things: readonly PlacedThing[]
  readonly shape: Shape
}

function placeArrow(arrow: Arrow, whole: Whole): PlacedArrow {
  const [start, end] = [portOf(arrow, arrow.from, whole), portOf(arrow, arrow.to, whole)]
  const at = (share: number): Place => ({
    along: start.along + share * (end.along - start.along),
    across: start.across + share * (end.across - start.across),
  })
  const { text } = arrow
  if (text === undefined) return { pieces: [[start, end]] }
  const { depth, breadth } = sizeOf(text, whole.shape)
  // Where arrows fan out side by side, there is more space for texts towards the other end.
  const crowded = whole.shape === 'tall' ? Math.sign(start.neighbors - end.neighbors) : 0
  const middle = 0.5 + 0.08 * crowded
  const half = Math.min(
    depth / 2 / Math.abs(end.along - start.along),
    breadth / 2 / Math.abs(end.across - start.across),
  )
  return {
    pieces: [
      [start, at(middle - half)],
      [at(middle + half), end],
    ],
    text: { ...at(middle), words: text },
  }
}

/** Where an arrow touches a thing. Arrows are sorted by where they lead, so that none cross. */
function portOf(
  arrow: Arrow,
  id: string,
  { arrows, things, shape }: Whole,
): Place & { readonly neighbors: number } {
  const find = (wanted: string): PlacedThing => {
    const found = things.find((thing) => thing.id === wanted)
    if (found === undefined) throw new Error(`an arrow leads to "${wanted}", which does not exist`)
    return found
  }
  const thing = find(id)
  const otherEnd = ({ from, to }: Arrow): PlacedThing => find(from === id ? to : from)
  const side = (each: Arrow): number => Math.sign(otherEnd(each).along - thing.along)
  const neighbors = arrows
    .filter((each) => [each.from, each.to].includes(id) && side(each) === side(arrow))
    .toSorted((a, b) => otherEnd(a).across - otherEnd(b).across)
  // If just one arrow is straight, it gets the middle.
  const straight = neighbors.filter((each) => otherEnd(each).across === thing.across)
  const middle =
    straight[0] !== undefined && straight.length === 1
      ? neighbors.indexOf(straight[0])
      : (neighbors.length - 1) / 2
  const room = thing.breadth / 2 - 6
  const step = Math.min(
    shape === 'wide' ? 28 : 84,
    room / Math.max(middle, neighbors.length - 1 - middle),
  )
  const aside = neighbors.length === 1 ? 0 : (neighbors.indexOf(arrow) - middle) * step
  // An exchange has round ends.
  const intoRound =
    thing.kind === 'exchange' ? Math.max(0, Math.abs(aside) - (thing.breadth - boxHeight) / 2) : 0
  const radius = boxHeight / 2
  const inset = radius - Math.sqrt(radius ** 2 - intoRound ** 2)
  const gap = arrow.to === id ? 2 : 0
  return {
    along: thing.along + side(arrow) * (thing.depth / 2 - inset + gap),
    across: thing.across + aside,
    neighbors: neighbors.length,
  }
}
