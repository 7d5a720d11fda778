import { Duplex, type Callback } from './duplex.ts'

/** A stream whose output is its input. */
export class PassThrough extends Duplex {
  #whenRead: Callback | undefined

  protected override writeAll(chunks: readonly Buffer[], done: Callback): void {
    const hasRoom = chunks.map((chunk) => this.push(chunk)).every(Boolean)
    if (hasRoom) done()
    else this.#whenRead = done
  }

  protected override readMore(): void {
    const done = this.#whenRead
    this.#whenRead = undefined
    done?.()
  }

  protected override finish(): void {
    this.push(null)
  }
}
