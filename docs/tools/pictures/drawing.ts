import {
  boxHeight,
  layOut,
  nameRoom,
  type Layout,
  type Picture,
  type Place,
  type PlacedArrow,
  type PlacedThing,
  type Shape,
  type Thing,
} from './layout.ts'

export type Scheme = 'light' | 'dark'

interface Colors {
  readonly text: string
  readonly line: string
  readonly frame: string
  readonly fill: Readonly<Record<Thing['kind'], readonly [fill: string, edge: string]>>
}

const colors: Readonly<Record<Scheme, Colors>> = {
  light: {
    text: '#1f2328',
    line: '#57606a',
    frame: '#8c959f',
    fill: {
      producer: ['#ddf4ff', '#0969da'],
      exchange: ['#fff1c2', '#9a6700'],
      queue: ['#ffebe9', '#cf222e'],
      consumer: ['#dafbe1', '#1a7f37'],
    },
  },
  dark: {
    text: '#f0f6fc',
    line: '#9198a1',
    frame: '#656c76',
    fill: {
      producer: ['#12283f', '#58a6ff'],
      exchange: ['#3a2d0c', '#e3b341'],
      queue: ['#3d1a1c', '#ff7b72'],
      consumer: ['#12321f', '#56d364'],
    },
  },
}

/** Converts a place to x and y. */
type Plot = (place: Place) => { readonly x: number; readonly y: number }

/** Draws a picture. The result depends only on the arguments, so that a test can compare it. */
export function draw(picture: Picture, scheme: Scheme, shape: Shape): string {
  const layout = layOut(picture, shape)
  const palette = colors[scheme]
  const plot: Plot = ({ along, across }) => {
    const [x, y] = shape === 'wide' ? [along, across] : [across, along]
    return { x: round(x), y: round(y) }
  }
  const { x: width, y: height } = plot({ along: layout.depth, across: layout.breadth })
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-sans-serif, system-ui, sans-serif" font-size="18" text-anchor="middle">`,
    `<title>${escape(picture.says)}</title>`,
    `<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="${palette.line}"/></marker></defs>`,
    ...drawFrame(layout, { name: picture.frame ?? 'broker', shape, palette, plot }),
    ...layout.arrows.map((arrow) => drawArrow(arrow, palette, plot)),
    ...layout.things.map((thing) => drawThing(thing, palette, plot)),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** A dashed frame. Its name is at the top or, in a tall picture, rotated on the left. */
function drawFrame(
  { frame: [start, end], breadth }: Layout,
  { name, shape, palette, plot }: { name: string; shape: Shape; palette: Colors; plot: Plot },
): string[] {
  const { x, y } = plot({ along: start, across: 1 })
  const { x: width, y: height } = plot({ along: end - start, across: breadth - 2 })
  const middle = plot({ along: (start + end) / 2, across: nameRoom - 2 })
  const turn = shape === 'wide' ? '' : ` transform="rotate(-90 ${middle.x} ${middle.y})"`
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="none" stroke="${palette.frame}" stroke-dasharray="5 5"/>`,
    `<text x="${middle.x}" y="${middle.y}"${turn} font-size="15" fill="${palette.line}">${escape(name)}</text>`,
  ]
}

function drawArrow({ pieces, text }: PlacedArrow, palette: Colors, plot: Plot): string {
  const lines = pieces.map(([from, to]) => {
    const [{ x, y }, end] = [plot(from), plot(to)]
    return `M${x} ${y}L${end.x} ${end.y}`
  })
  const line = `<path d="${lines.join('')}" fill="none" stroke="${palette.line}" stroke-width="2" marker-end="url(#head)"/>`
  if (text === undefined) return line
  const { x, y } = plot(text)
  return `${line}\n<text x="${x}" y="${round(y + 5)}" font-size="16" fill="${palette.text}">${escape(text.words)}</text>`
}

function drawThing(thing: PlacedThing, palette: Colors, plot: Plot): string {
  const { kind, text, note } = thing
  const [fill, edge] = palette.fill[kind]
  const { x, y } = plot(thing)
  const { x: width } = plot({ along: thing.depth, across: thing.breadth })
  const [left, top] = [round(x - width / 2), y - boxHeight / 2]
  const rounding = kind === 'exchange' ? boxHeight / 2 : kind === 'queue' ? 0 : 8
  const box = `<rect x="${left}" y="${top}" width="${width}" height="${boxHeight}" rx="${rounding}" fill="${fill}" stroke="${edge}" stroke-width="2"/>`
  // A queue is drawn with two messages at its end.
  const messages =
    kind === 'queue'
      ? `<path d="${[5, 10].map((step) => `M${round(left + width - step)} ${top}v${boxHeight}`).join('')}" stroke="${edge}"/>`
      : ''
  const middle = kind === 'queue' ? round(x - 5) : x
  const line = (what: string, dy: number, size: number): string =>
    `<text x="${middle}" y="${round(y + dy)}" font-size="${size}" fill="${palette.text}">${escape(what)}</text>`
  const words =
    note === undefined ? line(text, 6, 18) : `${line(text, -1, 18)}${line(note, 17, 14)}`
  return `${box}${messages}${words}`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
