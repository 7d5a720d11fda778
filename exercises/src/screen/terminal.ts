import { emitKeypressEvents } from 'node:readline'

import { paintFor, type Paint } from './markdown.ts'

/** A key that was pressed. */
export interface Key {
  /** Its name, for keys that type nothing: "up", "return", "escape". */
  readonly name: string
  /** What it types, if anything. */
  readonly text: string
}

interface Keypress {
  readonly name?: string
  readonly ctrl?: boolean
}

/** What we need of process.stdin and process.stdout. */
export interface Streams {
  readonly input: Input
  readonly output: Output
}

type Input = NodeJS.ReadableStream & { setRawMode(raw: boolean): unknown }

type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean
  readonly columns: number
  readonly rows: number
}

interface Listeners {
  readonly onKey: (key: Key) => void
  readonly onResize: () => void
}

const clear = '\u001b[H\u001b[J'

/** The terminal of the learner: pages on it, and keys from it. */
export class Terminal implements Disposable {
  readonly paint: Paint
  readonly #input: Input
  readonly #output: Output
  readonly #onKey: (key: Key) => void
  readonly #onResize: () => void

  constructor({ input, output }: Streams, listeners: Listeners) {
    this.paint = paintFor(output)
    this.#input = input
    this.#output = output
    this.#onKey = listeners.onKey
    this.#onResize = listeners.onResize
    emitKeypressEvents(input)
    output.on('resize', listeners.onResize)
    this.take()
  }

  get width(): number {
    return Math.min(this.#output.columns, 80) - 1
  }

  get height(): number {
    return this.#output.rows
  }

  /** Shows a page in place of the last one. */
  show(lines: readonly string[]): void {
    this.#output.write(`${clear}${lines.join('\n')}`)
  }

  /** Starts to listen to keys. */
  take(): void {
    this.#input.setRawMode(true)
    this.#input.on('keypress', this.#pressed)
    this.#input.resume()
  }

  /** Leaves the keys to somebody else, an editor in this terminal. */
  leave(): void {
    this.#input.off('keypress', this.#pressed)
    this.#input.pause()
    this.#input.setRawMode(false)
  }

  readonly #pressed = (typed: string | undefined, { name = '', ctrl = false }: Keypress): void => {
    // In raw mode Ctrl-C is a key like another one.
    if (ctrl) this.#onKey({ name: `ctrl-${name}`, text: '' })
    else this.#onKey({ name, text: typed !== undefined && typed >= ' ' ? typed : '' })
  };

  [Symbol.dispose](): void {
    this.leave()
    this.#output.off('resize', this.#onResize)
    this.#output.write('\n')
  }
}
