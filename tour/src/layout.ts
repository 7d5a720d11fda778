import type { Paint, Style } from './paint.ts'

const laneColours: readonly Style[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']

/** Between two lanes, and before the first. */
const gutter = 2

/** No lane is worth having that is narrower. */
const narrowest = 16

export interface LaneLine {
  readonly program: string
  readonly text: string
  /** For what is no message: dim for what is said about them, red for what went wrong. */
  readonly look?: 'dim' | 'red' | undefined
  /** It need not be read to its end. */
  readonly short?: boolean
}

/** How the lines of several programs stand beside each other. */
export interface Layout {
  heading(): readonly string[]
  /** Lines that come at the same time. */
  lines(lines: readonly LaneLine[]): readonly string[]
}

/** A lane for each program when there is room for them; else the name before each line. */
export function layoutFor(
  programs: readonly string[],
  { width, paint }: { readonly width: number | undefined; readonly paint: Paint },
): Layout {
  const lane = Math.floor(((width ?? 0) - gutter) / programs.length) - gutter
  return lane >= narrowest ? lanes(programs, lane, paint) : prefixes(programs, paint)
}

function colourOf(programs: readonly string[], program: string): Style {
  return laneColours[programs.indexOf(program) % laneColours.length] ?? 'cyan'
}

function lanes(programs: readonly string[], width: number, paint: Paint): Layout {
  /** One row: a text in each lane, some of them empty. */
  const row = (cells: readonly string[], looks: (program: string) => readonly Style[]): string => {
    const painted = cells.map((cell, index) => {
      const rest = ' '.repeat(width + gutter - cell.length)
      return paint(cell, ...looks(programs[index] ?? '')) + rest
    })
    return `${' '.repeat(gutter)}${painted.join('')}`.trimEnd()
  }
  const rowsOf = ({ text, short = false }: LaneLine): readonly string[] =>
    short ? [cut(text, width)] : wrap(shorten(text, width), width)
  return {
    heading: () => {
      const cells = programs.map((name) => cut(name, width))
      return [row(cells, (program) => ['bold', colourOf(programs, program)])]
    },
    lines(lines) {
      const columns = programs.map((program) =>
        lines.filter((line) => line.program === program).flatMap(rowsOf),
      )
      const height = Math.max(...columns.map(({ length }) => length))
      const look = lines.find((line) => line.look !== undefined)?.look
      return Array.from({ length: height }, (_, index) =>
        row(
          columns.map((column) => column[index] ?? ''),
          (program) => [look ?? colourOf(programs, program)],
        ),
      )
    },
  }
}

function prefixes(programs: readonly string[], paint: Paint): Layout {
  const width = Math.max(...programs.map(({ length }) => length))
  return {
    heading: () => [],
    lines: (lines) =>
      lines.map(({ program, text, look }) => {
        const name = paint(program.padEnd(width), colourOf(programs, program))
        return `  ${name}  ${look === undefined ? text : paint(text, look)}`
      }),
  }
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

/** "0 2026-11-20 08:06:22.123 - Basic - Hello World sent" */
const series = /^(\d+) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - (.*) (\S+)$/

/** A line of the course's series without its time, and if need be without its text. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text
  const [, number, words, verb] = series.exec(text) ?? []
  if (number === undefined) return text
  const untimed = `${number} ${words} ${verb}`
  return untimed.length <= width ? untimed : `${number} … ${verb}`
}

/** Rows of at most so many characters, broken between words where that can be. */
export function wrap(text: string, width: number): readonly string[] {
  const rows: string[] = []
  let rest = text
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    const end = space > 0 && rest.slice(0, space).trim() !== '' ? space : width
    rows.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  rows.push(rest)
  return rows
}
