import type { BenchmarkResult } from '../harness/result.ts'
import { summaryOf } from './summary.ts'

/** The result of a benchmark as a plain-text table. */
export function textTable(result: BenchmarkResult): string {
  const { headings, lines } = summaryOf(result)
  // A line with two cells says why a candidate was skipped, and does not widen its column.
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
  return [result.name, ...text.map((line) => `  ${line}`)].join('\n')
}
