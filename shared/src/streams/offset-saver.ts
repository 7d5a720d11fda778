import type { OffsetStore } from './offset-store.ts'

/** Saves the latest offset from time to time, one save after the other. */
export class OffsetSaver {
  readonly #store: OffsetStore
  readonly #interval: number
  readonly #onFailed: (error: unknown) => void
  #latest: number | undefined
  #saved: number | undefined
  #timer: NodeJS.Timeout | undefined
  #saving: Promise<void> | undefined

  /** `interval`: milliseconds until an offset is saved. */
  constructor(store: OffsetStore, interval: number, onFailed: (error: unknown) => void) {
    this.#store = store
    this.#interval = interval
    this.#onFailed = onFailed
  }

  /** Every message up to `offset` is finished. */
  update(offset: number): void {
    this.#latest = offset
    this.#schedule()
  }

  /** Saves now. Rejects if that fails. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#saving !== undefined || this.#latest !== this.#saved)
      await (this.#saving ?? this.#save())
  }

  #schedule(): void {
    if (this.#latest === this.#saved || this.#saving !== undefined) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // `flush` is saving, and goes on until everything is saved.
      if (this.#saving !== undefined) return
      this.#save().then(
        () => this.#schedule(),
        (error: unknown) => this.#onFailed(error),
      )
    }, this.#interval)
  }

  #save(): Promise<void> {
    const saving = this.#saveLatest().finally(() => (this.#saving = undefined))
    this.#saving = saving
    return saving
  }

  async #saveLatest(): Promise<void> {
    const offset = this.#latest
    if (offset === undefined) return
    await this.#store.save(offset)
    this.#saved = offset
  }
}
