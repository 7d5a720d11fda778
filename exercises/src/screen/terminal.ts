import { emitKeypressEvents } from 'node:readline'

import { paintFor, type Paint } from './markdown.ts'

/** A key press. */
export interface Key {
  /** The name of the key: "up", "return", "escape", "ctrl-c". */
  readonly name: string
  /** The character that it types, if any. */
  readonly text: string
}

interface Keypress {
  readonly name?: string
  readonly ctrl?: boolean
}

/** The parts of process.stdin and process.stdout that we use. */
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

/** The learner's terminal: shows pages and reads keys. */
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
    this.resume()
  }

  get width(): number {
    return Math.min(this.#output.columns, 80) - 1
  }

  get height(): number {
    return this.#output.rows
  }

  /** Replaces the page on the screen. */
  show(lines: readonly string[]): void {
    this.#output.write(`${clear}${lines.join('\n')}`)
  }

  /** Starts to read keys. */
  resume(): void {
    this.#input.setRawMode(true)
    this.#input.on('keypress', this.#pressed)
    this.#input.resume()
  }

  /** Stops reading keys, so that an editor can use the terminal. */
  suspend(): void {
    this.#input.off('keypress', this.#pressed)
    this.#input.pause()
    this.#input.setRawMode(false)
  }

  readonly #pressed = (typed: string | undefined, { name = '', ctrl = false }: Keypress): void => {
    // In raw mode Ctrl-C does not send a signal.
    if (ctrl) this.#onKey({ name: `ctrl-${name}`, text: '' })
    else this.#onKey({ name, text: typed !== undefined && typed >= ' ' ? typed : '' })
  };

  [Symbol.dispose](): void {
    this.suspend()
    this.#output.off('resize', this.#onResize)
    this.#output.write('\n')
  }
}
