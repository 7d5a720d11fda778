import { isRate } from '../row.ts'
import type { RowResult } from '../result.ts'
import type { Spread } from '../statistics.ts'
import { oneRatio, ratioIn } from '../summary.ts'

export type Scheme = 'light' | 'dark'

const palettes = {
  light: {
    text: '#1f2328',
    faint: '#57606a',
    line: '#d1d9e0',
    dot: '#0969da',
    reference: '#9a6700',
  },
  dark: {
    text: '#f0f6fc',
    faint: '#9198a1',
    line: '#3d444d',
    dot: '#58a6ff',
    reference: '#e3b341',
  },
} as const

const [width, names, right, lineHeight, headHeight] = [500, 194, 46, 21, 30]

interface Mark {
  readonly name: string
  readonly ratio: Spread
  readonly isReference: boolean
}

/**
 * The ratios of some rows as dots, with a line from the lowest round to the highest. The scale is
 * logarithmic: half as much and twice as much are equally far from 1.
 */
export function plotOf(rows: readonly RowResult[], scheme: Scheme): string {
  const palette = palettes[scheme]
  const plotted = rows.map((row) => ({ title: row.name, marks: marksOf(row) }))
  const scale = scaleOf(plotted.flatMap(({ marks }) => marks))
  const height = plotted.reduce(
    (sum, { marks }) => sum + headHeight + marks.length * lineHeight,
    42,
  )
  const parts: string[] = []
  for (const { at, label } of scale.ticks) {
    const strength =
      label === '1'
        ? `stroke="${palette.reference}" stroke-dasharray="3 3"`
        : `stroke="${palette.line}"`
    parts.push(
      `<path d="M${at} 8V${height - 34}" ${strength}/>`,
      textAt([at, height - 20], label, `fill="${palette.faint}" text-anchor="middle"`),
    )
  }
  let y = 4
  for (const { title, marks } of plotted) {
    y += headHeight
    parts.push(textAt([8, y - 9], title, `fill="${palette.text}" font-weight="600"`))
    for (const mark of marks) {
      parts.push(...drawMark(mark, { y: y + lineHeight / 2, scale, palette }))
      y += lineHeight
    }
  }
  const { reference, unit } = rows[0] ?? { reference: '', unit: 'ms' as const }
  const better = isRate({ unit }) ? 'further right is faster' : 'further left is better'
  const legend = `${unit}, ${reference} = 1; ${better}`
  parts.push(textAt([width - 8, height - 4], legend, `fill="${palette.faint}" text-anchor="end"`))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13">`,
    `<title>${escape(describe(rows))}</title>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

/** What a plot shows, for who cannot see it: the table below it has the figures. */
export function describe(rows: readonly RowResult[]): string {
  const { group, reference } = rows[0] ?? { group: '', reference: '' }
  return `Ratios to ${reference} of each contender, ${group}: the figures stand below.`
}

function marksOf(row: RowResult): Mark[] {
  return row.contenders.flatMap((contender) => {
    const ratio = ratioIn(row, contender)
    const isReference = contender.name === row.reference
    return ratio === undefined ? [] : [{ name: contender.name, ratio, isReference }]
  })
}

interface Scale {
  readonly place: (ratio: number) => number
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
}

/** From a power of two to another, so that all medians are between them. */
function scaleOf(marks: readonly Mark[]): Scale {
  const powers = marks.map(({ ratio }) => Math.log2(ratio.median))
  const low = Math.min(-1, ...powers.map((power) => Math.floor(power)))
  const high = Math.max(1, ...powers.map((power) => Math.ceil(power)))
  const space = width - names - right
  const place = (ratio: number): number => {
    const power = Math.min(high, Math.max(low, Math.log2(ratio)))
    return round(names + ((power - low) / (high - low)) * space)
  }
  const step = Math.ceil((high - low) / 6)
  const ticks: { at: number; label: string }[] = []
  for (let power = low; power <= high; power++)
    if (power % step === 0) {
      const label = power < 0 ? `1/${2 ** -power}` : String(2 ** power)
      ticks.push({ at: place(2 ** power), label })
    }
  return { place, ticks }
}

interface Place {
  readonly y: number
  readonly scale: Scale
  readonly palette: (typeof palettes)[Scheme]
}

function drawMark({ name, ratio, isReference }: Mark, { y, scale, palette }: Place): string[] {
  const colour = isReference ? palette.reference : palette.dot
  const [from, at, to] = [ratio.min, ratio.median, ratio.max].map(scale.place)
  return [
    textAt([names - 10, y + 4], name, `fill="${palette.text}" text-anchor="end"`),
    `<path d="M${from} ${y}H${to}" stroke="${colour}" stroke-width="2" opacity=".55"/><circle cx="${at}" cy="${y}" r="4.5" fill="${colour}"/>`,
    textAt([width - 8, y + 4], oneRatio(ratio.median), `fill="${palette.text}" text-anchor="end"`),
  ]
}

function textAt([x, y]: readonly [number, number], text: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escape(text)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
