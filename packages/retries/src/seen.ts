// What makes a consumer idempotent: it remembers which messages it has done.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * The ids of the messages that were done last, in a file, so that they outlive the process. It is
 * for one consumer; several would share a table of their database. There the id belongs into the
 * transaction that does the work: then nothing can come between the two.
 */
export class Seen {
  readonly #file: string
  readonly #limit: number
  readonly #ids: Set<string>
  #lines = 0

  /** A duplicate comes soon after its original or not at all, so old ids need not be kept. */
  constructor(file: string, limit = 10_000) {
    this.#file = file
    this.#limit = limit
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    // What follows the last line break is half an id, from a process that died while writing it.
    this.#ids = new Set(text.split('\n').slice(0, -1).slice(-limit))
    this.#rewrite()
  }

  has(id: string): boolean {
    return this.#ids.has(encodeURIComponent(id))
  }

  add(id: string): void {
    const line = encodeURIComponent(id)
    this.#ids.add(line)
    const [oldest] = this.#ids
    if (this.#ids.size > this.#limit && oldest !== undefined) this.#ids.delete(oldest)
    appendFileSync(this.#file, `${line}\n`)
    this.#lines += 1
    if (this.#lines > 2 * this.#limit) this.#rewrite()
  }

  #rewrite(): void {
    writeFileSync(this.#file, [...this.#ids].map((line) => `${line}\n`).join(''))
    this.#lines = this.#ids.size
  }
}
