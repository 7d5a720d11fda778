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

const clear = '\u001b[H\u001b[J'

/** The terminal of the learner: pages on it, and keys from it. */
export class Terminal implements Disposable {
  readonly paint: Paint = paintFor(process.stdout)
  readonly #onKey: (key: Key) => void
  readonly #onResize: () => void

  constructor(onKey: (key: Key) => void, onResize: () => void) {
    this.#onKey = onKey
    this.#onResize = onResize
    emitKeypressEvents(process.stdin)
    process.stdout.on('resize', onResize)
    this.take()
  }

  get width(): number {
    return Math.min(process.stdout.columns, 80) - 1
  }

  get height(): number {
    return process.stdout.rows
  }

  /** Shows a page in place of the last one. */
  show(lines: readonly string[]): void {
    process.stdout.write(`${clear}${lines.join('\n')}`)
  }

  /** Starts to listen to keys. */
  take(): void {
    process.stdin.setRawMode(true)
    process.stdin.on('keypress', this.#pressed)
    process.stdin.resume()
  }

  /** Leaves the keys to somebody else, an editor in this terminal. */
  leave(): void {
    process.stdin.off('keypress', this.#pressed)
    process.stdin.pause()
    process.stdin.setRawMode(false)
  }

  readonly #pressed = (typed: string | undefined, { name = '', ctrl = false }: Keypress): void => {
    // In raw mode Ctrl-C is a key like another one.
    if (ctrl) this.#onKey({ name: `ctrl-${name}`, text: '' })
    else this.#onKey({ name, text: typed !== undefined && typed >= ' ' ? typed : '' })
  };

  [Symbol.dispose](): void {
    this.leave()
    process.stdout.off('resize', this.#onResize)
    process.stdout.write('\n')
  }
}
