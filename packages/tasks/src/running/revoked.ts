import { isObject, listOf } from '../protocol/json.ts'
import type { Call } from '../protocol/task-message.ts'

/** As many as Celery remembers. */
const most = 50_000

/** The tasks that were revoked. A worker skips them. */
export class Revoked {
  /** Ids, in the order in which they were revoked. */
  readonly #ids = new Set<string>()
  /** Stamps, by their names. Python can revoke all tasks that carry the same one. */
  readonly #stamps = new Map<string, Set<unknown>>()

  add(id: string): void {
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (this.#ids.size > most && oldest !== undefined) this.#ids.delete(oldest)
  }

  addStamps(name: string, values: readonly unknown[]): void {
    const known = this.#stamps.get(name) ?? new Set()
    for (const value of values) known.add(value)
    this.#stamps.set(name, known)
  }

  has({ id, headers }: Call): boolean {
    if (this.#ids.has(id)) return true
    const { stamped_headers: names, stamps } = headers
    if (this.#stamps.size === 0 || !isObject(stamps)) return false
    return listOf(names).some((name) => {
      const revoked = this.#stamps.get(String(name))
      const values = [stamps[String(name)]].flat()
      return revoked !== undefined && values.some((value) => revoked.has(value))
    })
  }

  get ids(): readonly string[] {
    return [...this.#ids]
  }
}
