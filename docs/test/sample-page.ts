/** A stage for pages that need no broker. */
export const stage = {
  env: { PATH: process.env['PATH'] ?? '' },
  rewrite: (line: string): string => line.replace('5673', '5672'),
  inFact: (line: string): string => line,
  rabbitMq: false,
}

/** The lines of a page. */
export function page(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('\n'))
}

/** A console block with these lines. */
export function block(...lines: readonly string[]): string[] {
  return ['', '```console', ...lines, '```', '']
}
