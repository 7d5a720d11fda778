/**
 * Where everything passes that arrives at the broker. While it is closed, time stands still for the
 * broker: what arrives waits, and can be let in one by one.
 */
export class Gate {
  readonly #waiting: (() => void)[] = []
  #isOpen = true

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  pass(task: () => void): void {
    if (this.#isOpen && this.isEmpty) task()
    else this.#waiting.push(task)
  }

  close(): void {
    this.#isOpen = false
  }

  open(): void {
    this.#isOpen = true
    while (this.#isOpen && this.letOneIn());
  }

  /** Returns false if nothing waits. */
  letOneIn(): boolean {
    const task = this.#waiting.shift()
    task?.()
    return task !== undefined
  }
}
