import type { Paint } from '@messaging-patterns/shared/cli'

type Color = 'cyan' | 'yellow' | 'green' | 'magenta' | 'blue'

const columnColors: readonly Color[] = ['cyan', 'yellow', 'green', 'magenta', 'blue']

/** Spaces between two columns, and before the first. */
const gap = 2

/** A narrower column is not readable. */
const minimumWidth = 16

export interface ProgramLine {
  readonly program: string
  readonly text: string
  /** Dim for notes, red for errors; messages have the color of their program. */
  readonly style?: 'dim' | 'red' | undefined
  /** Cut off what does not fit, instead of continuing on the next row. */
  readonly cut?: boolean
}

/** Arranges the lines of several programs side by side. */
export interface Layout {
  heading(): readonly string[]
  /** The rows for lines that appear at the same time. */
  rows(lines: readonly ProgramLine[]): readonly string[]
}

/** One column per program if they fit, else the name of the program before each line. */
export function layoutFor(
  programs: readonly string[],
  { width, paint }: { readonly width: number | undefined; readonly paint: Paint },
): Layout {
  const column = Math.floor(((width ?? 0) - gap) / programs.length) - gap
  return column >= minimumWidth ? columns(programs, column, paint) : prefixes(programs, paint)
}

function colorOf(programs: readonly string[], program: string): Color {
  return columnColors[programs.indexOf(program) % columnColors.length] ?? 'cyan'
}

function columns(programs: readonly string[], width: number, paint: Paint): Layout {
  /** One row with a text in each column; texts can be empty. */
  const rowOf = (
    texts: readonly string[],
    format: (program: string) => Parameters<Paint>[0],
  ): string => {
    const cells = texts.map((text, index) => {
      const padding = ' '.repeat(width + gap - text.length)
      return paint(format(programs[index] ?? ''), text) + padding
    })
    return `${' '.repeat(gap)}${cells.join('')}`.trimEnd()
  }
  const cellsOf = ({ text, cut = false }: ProgramLine): readonly string[] =>
    cut ? [truncate(text, width)] : wrap(shorten(text, width), width)
  return {
    heading: () => {
      const names = programs.map((name) => truncate(name, width))
      return [rowOf(names, (program) => ['bold', colorOf(programs, program)])]
    },
    rows(lines) {
      const cells = programs.map((program) =>
        lines.filter((line) => line.program === program).flatMap(cellsOf),
      )
      const height = Math.max(...cells.map(({ length }) => length))
      const style = lines.find((line) => line.style !== undefined)?.style
      return Array.from({ length: height }, (_, index) =>
        rowOf(
          cells.map((column) => column[index] ?? ''),
          (program) => style ?? colorOf(programs, program),
        ),
      )
    },
  }
}

function prefixes(programs: readonly string[], paint: Paint): Layout {
  const width = Math.max(...programs.map(({ length }) => length))
  return {
    heading: () => [],
    rows: (lines) =>
      lines.map(({ program, text, style }) => {
        const name = paint(colorOf(programs, program), program.padEnd(width))
        return `  ${name}  ${style === undefined ? text : paint(style, text)}`
      }),
  }
}

function truncate(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

/** "0 2026-11-20 08:06:22.123 - Basic - Hello World sent" */
const series = /^(\d+) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - (.*) (\S+)$/

/** A line of a numbered series without its time and, if it is still too long, without its text. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text
  const [, number, words, verb] = series.exec(text) ?? []
  if (number === undefined) return text
  const withoutTime = `${number} ${words} ${verb}`
  return withoutTime.length <= width ? withoutTime : `${number} … ${verb}`
}

/** Breaks a text into rows of at most `width` characters, between words if possible. */
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
