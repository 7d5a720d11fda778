import { carriesState, fragmentOf, stateIn } from './state/link.ts'
import type { WorkbenchState } from './state/state.ts'

/** Keeps the state in the fragment of the page's address, which no server sees. */
export class Address implements Disposable {
  readonly #onState: (state: WorkbenchState) => Promise<void>
  readonly #onProblem: (problem: unknown) => void
  readonly #listener = (): void => {
    // The link of a heading on this page has replaced the state, which reloading would lose.
    if (this.#fragment !== '' && !carriesState(location.hash)) this.#show()
    else void this.read()
  }
  /** What was written or read last. */
  #fragment = ''
  #writes = 0
  /** Until then, the address may carry a state that nobody has seen. */
  #isRead = false

  constructor(
    onState: (state: WorkbenchState) => Promise<void>,
    onProblem: (problem: unknown) => void,
  ) {
    this.#onState = onState
    this.#onProblem = onProblem
    addEventListener('hashchange', this.#listener)
  }

  /** Reports the state in the address, if it has one that we have not written. */
  async read(): Promise<void> {
    const { hash } = location
    this.#isRead ||= !carriesState(hash)
    if (!carriesState(hash) || hash === this.#fragment) return
    this.#fragment = hash
    try {
      const state = await stateIn(hash)
      this.#isRead = true
      await this.#onState(state)
    } catch (error) {
      this.#isRead = true
      this.#onProblem(error)
    }
  }

  /** Reloading the page then loses nothing. */
  write(state: WorkbenchState): void {
    if (!this.#isRead) return
    const write = ++this.#writes
    void fragmentOf(state).then((fragment) => {
      if (write !== this.#writes) return
      this.#fragment = fragment
      this.#show()
    })
  }

  #show(): void {
    history.replaceState(history.state, '', this.#fragment)
  }

  async link(state: WorkbenchState): Promise<string> {
    const { href } = new URL(await fragmentOf(state), location.href)
    return href
  }

  [Symbol.dispose](): void {
    removeEventListener('hashchange', this.#listener)
  }
}
