import type { SourcePosition } from './api.ts'

/** A line of a stack trace that is in a file of a lesson: `at run (basic/src/consumer.ts:20:11)`. */
const frame = /(?:^|[\s(@])([\w-]+\/src\/[\w/.-]+\.m?ts):(\d+)(?::(\d+))?/

/** The place that a line of a stack trace names, if it is in a file of a lesson. */
export function problemIn(text: string): SourcePosition | undefined {
  const [, file, line, column] = frame.exec(text) ?? []
  if (file === undefined) return undefined
  return { file, line: Number(line), column: column === undefined ? undefined : Number(column) }
}

/** Cuts what a program writes into lines. */
export class Lines {
  readonly #onLine: (text: string) => void
  #rest = ''

  constructor(onLine: (text: string) => void) {
    this.#onLine = onLine
  }

  write(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#onLine(line)
  }

  /** The program has ended, perhaps in the middle of a line. */
  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest)
    this.#rest = ''
  }
}
