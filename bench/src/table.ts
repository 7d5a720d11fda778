import type { RowResult } from './result.ts'
import { summaryOf } from './summary.ts'

/** The table of a row as text, its columns in line. */
export function tableOf(row: RowResult): string {
  const { headings, lines } = summaryOf(row)
  // A line of two cells says why there are no figures, which may be as long as it likes.
  const cells = [headings, ...lines.filter((line) => line.length > 2)]
  const widths = headings.map((_, column) =>
    Math.max(...(column === 0 ? lines : cells).map((line) => line[column]?.length ?? 0)),
  )
  const text = [headings, ...lines].map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 || line.length === 2 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return [row.name, ...text.map((line) => `  ${line}`)].join('\n')
}
