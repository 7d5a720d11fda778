/** What has to be closed at the end, last started first. Node has AsyncDisposableStack only from 24 on. */
export class Closers implements AsyncDisposable {
  #closers: (() => PromiseLike<unknown>)[] = []

  add(close: () => PromiseLike<unknown>): void {
    this.#closers.push(close)
  }

  use<T extends AsyncDisposable>(resource: T): T {
    this.add(() => resource[Symbol.asyncDispose]())
    return resource
  }

  /** The same closers in a new object. Disposing of this one does nothing afterwards. */
  move(): Closers {
    const moved = new Closers()
    moved.#closers = this.#closers
    this.#closers = []
    return moved
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close()
  }
}
