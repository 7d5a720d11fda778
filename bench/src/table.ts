import type { RowResult } from './result.ts'
import { summaryOf } from './summary.ts'

/** The table of a row as text, its columns in line. */
export function tableOf(row: RowResult): string {
  const { headings, lines } = summaryOf(row)
  const cells = [headings, ...lines]
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  )
  const text = cells.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
  return [row.name, ...text.map((line) => `  ${line}`)].join('\n')
}
