/** A row of a terminal, and the time at which it appeared, in milliseconds. */
export interface Row {
  readonly at: number
  /** With ANSI escape codes. */
  readonly text: string
}

export interface Screen {
  readonly columns: number
  /** How many rows are visible. */
  readonly height: number
  /** How many milliseconds the end is shown before the animation starts again. */
  readonly pause: number
}

const rowHeight = 18
const cell = 8.4
const margin = 16

/**
 * An animated SVG of a terminal: rows appear at their times, and the screen scrolls. It is light or
 * dark as the reader prefers, and shows only the last screen to readers who prefer reduced motion.
 */
export function drawSvg(rows: readonly Row[], { columns, height, pause }: Screen): string {
  const length = (rows.at(-1)?.at ?? 0) + pause
  const percent = (at: number): string => ((100 * at) / length).toFixed(2)
  const shift = (index: number): number => -Math.max(0, index + 1 - height) * rowHeight
  const frames = rows.map(
    ({ at }, index) => `${percent(at)}%{transform:translateY(${shift(index)}px)}`,
  )
  const appearances = rows.map(
    ({ at }, index) => `@keyframes r${index}{0%{opacity:0}${percent(at)}%{opacity:1}}`,
  )
  const texts = rows.map(
    ({ text }, index) =>
      `<text y="${(index + 1) * rowHeight}" style="animation-name:r${index}">${spans(text)}</text>`,
  )
  const size = { width: columns * cell + 2 * margin, height: height * rowHeight + 2 * margin }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="A terminal in which npx --yes pnpm start runs all lessons, each with a check mark">
<style>
svg{--back:#fff;--fore:#24292f;--dim:#6e7781;--red:#cf222e;--green:#116329;--yellow:#7d4e00;--blue:#0550ae;--magenta:#8250df;--cyan:#1b7c83}
@media(prefers-color-scheme:dark){svg{--back:#0d1117;--fore:#e6edf3;--dim:#8b949e;--red:#ff7b72;--green:#56d364;--yellow:#e3b341;--blue:#79c0ff;--magenta:#d2a8ff;--cyan:#56d4dd}}
.back{fill:var(--back);stroke:var(--dim)}
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:var(--fore);white-space:pre;animation:${length}ms step-end infinite}
.s1{font-weight:bold}.s2{fill:var(--dim)}.s31{fill:var(--red)}.s32{fill:var(--green)}.s33{fill:var(--yellow)}.s34{fill:var(--blue)}.s35{fill:var(--magenta)}.s36{fill:var(--cyan)}
.scroll{transform:translateY(${shift(rows.length - 1)}px);animation:scroll ${length}ms step-end infinite}
@keyframes scroll{0%{transform:none}${frames.join('')}}
${appearances.join('\n')}
@media(prefers-reduced-motion:reduce){text,.scroll{animation:none}}
</style>
<rect class="back" x=".5" y=".5" width="${size.width - 1}" height="${size.height - 1}" rx="8"/>
<svg x="${margin}" y="${margin - 4}" width="${size.width - 2 * margin}" height="${height * rowHeight + 6}"><g class="scroll">
${texts.join('\n')}
</g></svg>
</svg>
`
}

/** The styles that each of these codes ends. */
const ends: Readonly<Record<string, RegExp>> = { '': /./, '0': /./, '22': /^[12]$/, '39': /^3\d$/ }

/** Converts ANSI escape codes to spans with classes: 1 is bold, 2 dim, and 30 to 37 are colors. */
function spans(text: string): string {
  let styles: readonly string[] = []
  // oxlint-disable-next-line no-control-regex -- escape codes begin with one
  const parts = text.split(/\u001b\[([\d;]*)m/)
  return parts
    .map((part, index) => {
      if (index % 2 === 1) {
        const end = ends[part]
        styles = end === undefined ? [...styles, part] : styles.filter((style) => !end.test(style))
        return ''
      }
      const escaped = part.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      if (styles.length === 0 || part === '') return escaped
      const classes = styles.map((style) => `s${style}`).join(' ')
      return `<tspan class="${classes}">${escaped}</tspan>`
    })
    .join('')
}
