import { maskText, MessagingError } from '../index.ts'

interface TerminalOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

/** What a program prints: messages to stdout, one per line, and everything else to stderr. */
export class Terminal {
  readonly #options: TerminalOptions
  #bar = ''

  constructor(options: TerminalOptions) {
    this.#options = options
  }

  /** Prints a line for a message: the text or, with --json, the facts. */
  print(text: string, facts: Readonly<Record<string, unknown>>): void {
    const line = this.#options.json ? JSON.stringify(facts) : oneLine(text)
    this.#clear()
    process.stdout.write(`${line}\n`)
  }

  /** Prints a note for the user, unless --quiet. */
  status(text: string): void {
    if (this.#options.quiet) return
    this.#clear()
    this.#note(`${oneLine(maskText(text))}\n`)
  }

  /** Writes to stderr what belongs after the lines that stdout still holds for a slow reader. */
  #note(text: string): void {
    if (process.stdout.writableLength === 0) process.stderr.write(text)
    else process.stdout.write('', () => process.stderr.write(text))
  }

  /** Draws a progress bar. The next bar or line replaces it. */
  progress(label: string, part: number): void {
    if (this.#options.quiet || !process.stderr.isTTY) return
    const width = Math.max(0, Math.min(40, process.stderr.columns - label.length - 10))
    const filled = '='.repeat(Math.floor(part * width)).padEnd(width)
    const bar = `${label} [${filled}] ${Math.floor(part * 100)} %`
    if (bar === this.#bar) return
    this.#clear()
    process.stderr.write(bar)
    this.#bar = bar
  }

  #clear(): void {
    if (this.#bar !== '') process.stderr.write('\r\u001b[K')
    this.#bar = ''
  }

  /**
   * Prints what went wrong and how to fix it, one line per error; the stack only with --verbose.
   */
  error(error: unknown): void {
    if (error instanceof AggregateError) {
      for (const each of error.errors) this.error(each)
      return
    }
    const remedy = error instanceof MessagingError && error.remedy !== undefined
    const text = error instanceof Error ? error.message : String(error)
    const line = remedy ? `${text}; ${error.remedy}` : text
    this.#clear()
    this.#note(`error: ${oneLine(maskText(line))}\n`)
    if (!this.#options.verbose || !(error instanceof Error)) return
    this.#note(`${maskText(stackOf(error))}\n`)
  }
}

function stackOf(error: Error): string {
  const { stack = String(error), cause } = error
  return cause instanceof Error ? `${stack}\ncaused by ${stackOf(cause)}` : stack
}

/** Escapes control characters: they could end the line, or control the reader's terminal. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace('\u007f', String.raw`\u007f`),
  )
}
