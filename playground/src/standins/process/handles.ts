/** What keeps a process of Node alive: sockets, timers, and calls that wait for an answer. */
class Handles {
  readonly #open = new Set<object>()
  #resolve: (() => void) | undefined

  add(handle: object): void {
    this.#open.add(handle)
  }

  delete(handle: object): void {
    this.#open.delete(handle)
    if (this.#open.size === 0) this.#check()
  }

  /** Resolves when there are none. */
  none(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve
      this.#check()
    })
  }

  /** After everything that is about to happen anyway. */
  #check(): void {
    if (this.#resolve === undefined) return
    setImmediate(() => {
      if (this.#open.size === 0) this.#resolve?.()
    })
  }
}

export const handles = new Handles()
