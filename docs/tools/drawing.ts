/** A thing in a picture; what is in the broker gets a frame around it. */
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
  /** How far its middle is from the straight line, downwards. */
  readonly bend?: number
}

export interface Picture {
  /** What it shows, for who cannot see it. */
  readonly says: string
  /** What is written over the frame; without it, broker. */
  readonly frame?: string
  readonly columns: readonly (readonly Thing[])[]
  readonly arrows: readonly Arrow[]
}

export type Scheme = 'light' | 'dark'

interface Colours {
  readonly text: string
  readonly line: string
  readonly frame: string
  readonly fill: Readonly<Record<Thing['kind'], readonly [fill: string, edge: string]>>
}

const colours: Readonly<Record<Scheme, Colours>> = {
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

const [letter, boxHeight, rowHeight, margin, head] = [10.5, 52, 82, 14, 30]

interface Placed extends Thing {
  readonly x: number
  readonly y: number
  readonly width: number
}

interface Layout {
  readonly things: ReadonlyMap<string, Placed>
  readonly width: number
  readonly height: number
  readonly frame: readonly [left: number, right: number]
}

/** The same picture for the same data, always: its file can be compared. */
export function draw(picture: Picture, scheme: Scheme): string {
  const layout = layOut(picture)
  const palette = colours[scheme]
  const { width, height, frame, things } = layout
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-sans-serif, system-ui, sans-serif" font-size="18" text-anchor="middle">`,
    `<title>${escape(picture.says)}</title>`,
    `<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="${palette.line}"/></marker></defs>`,
    `<rect x="${frame[0]}" y="1" width="${frame[1] - frame[0]}" height="${height - 2}" rx="10" fill="none" stroke="${palette.frame}" stroke-dasharray="5 5"/>`,
    `<text x="${(frame[0] + frame[1]) / 2}" y="21" font-size="15" fill="${palette.line}">${escape(picture.frame ?? 'broker')}</text>`,
    ...picture.arrows.map((arrow) => drawArrow(arrow, things, palette)),
    ...[...things.values()].map((thing) => drawThing(thing, palette)),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

function layOut({ columns, arrows }: Picture): Layout {
  const rows = Math.max(...columns.map((column) => column.length))
  const height = head + rows * rowHeight
  const things = new Map<string, Placed>()
  let x = margin
  let frame: readonly [number, number] = [0, 0]
  for (const [index, column] of columns.entries()) {
    const width = Math.max(...column.map(({ text }) => text.length)) * letter + 30
    for (const [row, thing] of column.entries()) {
      const y = head + ((row + 0.5) * (height - head)) / column.length - 2
      things.set(thing.id, { ...thing, x: x + width / 2, y, width })
    }
    if (index === 1) frame = [x - margin, 0]
    if (index === columns.length - 2) frame = [frame[0], x + width + margin]
    x += width + gapBetween(column, columns[index + 1] ?? [], arrows)
  }
  const last = Math.max(...[...things.values()].map((thing) => thing.x + thing.width / 2))
  return { things, width: Math.round(last + margin), height, frame }
}

/** Wide enough for the longest text on an arrow between the two columns. */
function gapBetween(
  left: readonly Thing[],
  right: readonly Thing[],
  arrows: readonly Arrow[],
): number {
  const among = (column: readonly Thing[], ids: readonly string[]): boolean =>
    column.some(({ id }) => ids.includes(id))
  const texts = arrows
    .filter(({ from, to }) => among(left, [from, to]) && among(right, [from, to]))
    .map(({ text = '' }) => text.length)
  return Math.max(54, ...texts.map((length) => (length === 0 ? 0 : length * 9 + 66)))
}

function drawArrow(
  { from, to, text, bend = 0 }: Arrow,
  things: Layout['things'],
  { line, text: ink }: Colours,
) {
  const [start, end] = [things.get(from), things.get(to)]
  if (start === undefined || end === undefined) throw new Error(`an arrow from ${from} to ${to}`)
  const way = Math.sign(end.x - start.x)
  const [x1, x2] = [start.x + (way * start.width) / 2, end.x - way * (end.width / 2 + 2)]
  const [y1, y2] = [start.y + bend / 3, end.y + bend / 2]
  const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2 + bend / 2]
  const path = `<path d="M${x1} ${y1}Q${mx} ${my} ${x2} ${y2}" fill="none" stroke="${line}" stroke-width="2" marker-end="url(#head)"/>`
  if (text === undefined) return path
  const slope = (y2 - y1) / (x2 - x1)
  // Beside the line: above it, or below where another one is above, as it is where lines fan out.
  const aside = bend > 0 ? 0 : (Math.abs(slope) * text.length * 8) / 2
  const below = bend > 0 || (way > 0 && y2 > y1)
  const label = (y1 + y2) / 2 + bend / 4 + (below ? 23 + aside : -7 - aside)
  return `${path}\n<text x="${mx}" y="${label}" font-size="16" fill="${ink}">${escape(text)}</text>`
}

function drawThing({ kind, text, note, x, y, width }: Placed, palette: Colours): string {
  const [fill, edge] = palette.fill[kind]
  const [left, top] = [x - width / 2, y - boxHeight / 2]
  const round = kind === 'exchange' ? boxHeight / 2 : kind === 'queue' ? 0 : 8
  const box = `<rect x="${left}" y="${top}" width="${width}" height="${boxHeight}" rx="${round}" fill="${fill}" stroke="${edge}" stroke-width="2"/>`
  // A queue is a row of places, with messages at its end.
  const places =
    kind === 'queue'
      ? `<path d="${[5, 10].map((step) => `M${left + width - step} ${top}v${boxHeight}`).join('')}" stroke="${edge}"/>`
      : ''
  const line = (what: string, dy: number, size: number): string =>
    `<text x="${x}" y="${y + dy}" font-size="${size}" fill="${palette.text}">${escape(what)}</text>`
  const words =
    note === undefined ? line(text, 6, 18) : `${line(text, -1, 18)}${line(note, 17, 14)}`
  return `${box}${places}${words}`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
