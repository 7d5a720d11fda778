/** The states that the reader has gone through. */
export class History<State> {
  #past: State[] = []
  #future: State[] = []
  #present: State

  constructor(state: State) {
    this.#present = state
  }

  get present(): State {
    return this.#present
  }

  /** The state that `undo` would go back to. */
  get previous(): State | undefined {
    return this.#past.at(-1)
  }

  /** The state that `redo` would go forward to. */
  get next(): State | undefined {
    return this.#future.at(-1)
  }

  change(state: State): void {
    this.#past.push(this.#present)
    this.#future = []
    this.#present = state
  }

  undo(): void {
    const state = this.#past.pop()
    if (state === undefined) return
    this.#future.push(this.#present)
    this.#present = state
  }

  redo(): void {
    const state = this.#future.pop()
    if (state === undefined) return
    this.#past.push(this.#present)
    this.#present = state
  }
}
