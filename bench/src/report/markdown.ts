/** Formats a table as oxfmt does: with aligned columns, and numbers on the right. */
export function markdownTable(
  headings: readonly string[],
  lines: readonly (readonly string[])[],
): string[] {
  const rows = [headings, ...lines].map((cells) => headings.map((_, column) => cells[column] ?? ''))
  const widths = headings.map((_, column) =>
    Math.max(3, ...rows.map((cells) => cells[column]?.length ?? 0)),
  )
  const pad = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  const rule = widths.map((size, column) =>
    column === 0 ? '-'.repeat(size) : `${'-'.repeat(size - 1)}:`,
  )
  const [head = [], ...body] = rows.map((cells) => cells.map(pad))
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`)
}
