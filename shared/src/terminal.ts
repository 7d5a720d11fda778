import { maskText } from './broker-url.ts'
import { MessagingError } from './errors.ts'

interface TerminalOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

/** What a program shows: messages on stdout, one a line, and everything about them on stderr. */
export class Terminal {
  readonly #options: TerminalOptions

  constructor(options: TerminalOptions) {
    this.#options = options
  }

  /** A line for a message: the text, or with --json the facts. */
  print(text: string, facts: Readonly<Record<string, unknown>>): void {
    const line = this.#options.json ? JSON.stringify(facts) : oneLine(text)
    process.stdout.write(`${line}\n`)
  }

  /** Something that a person may want to know; left out with --quiet. */
  status(text: string): void {
    if (!this.#options.quiet) process.stderr.write(`${oneLine(maskText(text))}\n`)
  }

  /** What went wrong, one line an error, with what mends it; the stack only with --verbose. */
  error(error: unknown): void {
    if (error instanceof AggregateError) {
      for (const each of error.errors) this.error(each)
      return
    }
    const remedy = error instanceof MessagingError && error.remedy !== undefined
    const text = error instanceof Error ? error.message : String(error)
    const line = remedy ? `${text}; ${error.remedy}` : text
    process.stderr.write(`error: ${oneLine(maskText(line))}\n`)
    if (!this.#options.verbose || !(error instanceof Error)) return
    process.stderr.write(`${maskText(stackOf(error))}\n`)
  }
}

function stackOf(error: Error): string {
  const { stack = String(error), cause } = error
  return cause instanceof Error ? `${stack}\ncaused by ${stackOf(cause)}` : stack
}

/** Control characters would end the line, or steer the terminal of whoever reads a stranger's text. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, (character) =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace('\u007f', String.raw`\u007f`),
  )
}
