import type { Spread } from '../common/statistics.ts'
import { isRate } from '../harness/benchmark.ts'
import type { BenchmarkResult } from '../harness/result.ts'
import { formatRatio, ratioIn } from './summary.ts'

export type Scheme = 'light' | 'dark'

const palettes = {
  light: {
    text: '#1f2328',
    faint: '#57606a',
    line: '#d1d9e0',
    dot: '#0969da',
    baseline: '#9a6700',
  },
  dark: {
    text: '#f0f6fc',
    faint: '#9198a1',
    line: '#3d444d',
    dot: '#58a6ff',
    baseline: '#e3b341',
  },
} as const

const [width, nameWidth, right, lineHeight, headHeight] = [500, 194, 46, 21, 30]

interface Mark {
  readonly name: string
  readonly ratio: Spread
  readonly isBaseline: boolean
}

/**
 * Plots the ratios of some benchmarks as dots, with a line from the lowest to the highest round. The
 * scale is logarithmic: 1/2 and 2 are at the same distance from 1.
 */
export function plotOf(results: readonly BenchmarkResult[], scheme: Scheme): string {
  const palette = palettes[scheme]
  const plotted = results.map((result) => ({ title: result.name, marks: marksOf(result) }))
  const scale = scaleOf(plotted.flatMap(({ marks }) => marks))
  const height = plotted.reduce(
    (sum, { marks }) => sum + headHeight + marks.length * lineHeight,
    42,
  )
  const parts: string[] = []
  for (const { at, label } of scale.ticks) {
    const strength =
      label === '1'
        ? `stroke="${palette.baseline}" stroke-dasharray="3 3"`
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
  const { baseline, unit } = results[0] ?? { baseline: '', unit: 'ms' as const }
  const better = isRate({ unit }) ? 'higher is better' : 'lower is better'
  const legend = `${unit}, ${baseline} = 1; ${better}`
  parts.push(textAt([width - 8, height - 4], legend, `fill="${palette.faint}" text-anchor="end"`))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13">`,
    `<title>${escape(describe(results))}</title>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

/** A description for readers who cannot see the plot. */
export function describe(results: readonly BenchmarkResult[]): string {
  const { group, baseline } = results[0] ?? { group: '', baseline: '' }
  return `Ratios to ${baseline}: ${group}. The page of tables has the numbers.`
}

function marksOf(result: BenchmarkResult): Mark[] {
  return result.candidates.flatMap((candidate) => {
    const ratio = ratioIn(result, candidate)
    const isBaseline = candidate.name === result.baseline
    return ratio === undefined ? [] : [{ name: candidate.name, ratio, isBaseline }]
  })
}

interface Scale {
  readonly place: (ratio: number) => number
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
}

/** Ranges between two powers of two that enclose all medians. */
function scaleOf(marks: readonly Mark[]): Scale {
  const powers = marks.map(({ ratio }) => Math.log2(ratio.median))
  const low = Math.min(-1, ...powers.map((power) => Math.floor(power)))
  const high = Math.max(1, ...powers.map((power) => Math.ceil(power)))
  const space = width - nameWidth - right
  const place = (ratio: number): number => {
    const power = Math.min(high, Math.max(low, Math.log2(ratio)))
    return round(nameWidth + ((power - low) / (high - low)) * space)
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

function drawMark({ name, ratio, isBaseline }: Mark, { y, scale, palette }: Place): string[] {
  const color = isBaseline ? palette.baseline : palette.dot
  const [from, at, to] = [ratio.min, ratio.median, ratio.max].map(scale.place)
  return [
    textAt([nameWidth - 10, y + 4], name, `fill="${palette.text}" text-anchor="end"`),
    `<path d="M${from} ${y}H${to}" stroke="${color}" stroke-width="2" opacity=".55"/><circle cx="${at}" cy="${y}" r="4.5" fill="${color}"/>`,
    textAt(
      [width - 8, y + 4],
      formatRatio(ratio.median),
      `fill="${palette.text}" text-anchor="end"`,
    ),
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
