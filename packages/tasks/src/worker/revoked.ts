/** As many as Celery remembers. */
const most = 50_000

/** The ids of revoked tasks: a worker skips a task that is in here. */
export class Revoked {
  /** In the order in which they were revoked. */
  readonly #ids = new Set<string>()

  add(id: string): void {
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (this.#ids.size > most && oldest !== undefined) this.#ids.delete(oldest)
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  get ids(): readonly string[] {
    return [...this.#ids]
  }
}
