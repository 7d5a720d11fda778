// The memory of an idempotent consumer: which messages it has done.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * The ids of the last messages that were done, kept in a file, so that they survive the process.
 * This works for one consumer. Several consumers would share a database table, and write the id in
 * the transaction that does the work: then nothing can happen in between.
 */
export class DoneIds {
  readonly #file: string
  readonly #limit: number
  readonly #ids: Set<string>
  #lines = 0

  /** A duplicate arrives soon after its original or never, so old ids need not be kept. */
  constructor(file: string, limit = 10_000) {
    this.#file = file
    this.#limit = limit
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    // After the last line break there may be half an id, of a process that died while writing it.
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
    // Replaces the file as a whole: a process that dies meanwhile must not leave half of it.
    const temporary = `${this.#file}.tmp`
    writeFileSync(temporary, [...this.#ids].map((line) => `${line}\n`).join(''), { flush: true })
    renameSync(temporary, this.#file)
    this.#lines = this.#ids.size
  }
}
