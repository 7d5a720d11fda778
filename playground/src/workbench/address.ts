import { carriesState, fragmentOf, stateIn } from './state/link.ts'
import type { WorkbenchState } from './state/state.ts'

/** Keeps the state in the fragment of the page's address, which no server sees. */
export class Address implements Disposable {
  readonly #onState: (state: WorkbenchState) => void
  readonly #onProblem: (problem: unknown) => void
  readonly #listener = (): void => void this.read()
  /** What was written or read last. */
  #fragment = ''
  #writes = 0

  constructor(onState: (state: WorkbenchState) => void, onProblem: (problem: unknown) => void) {
    this.#onState = onState
    this.#onProblem = onProblem
    addEventListener('hashchange', this.#listener)
  }

  /** Reports the state in the address, if it has one that we have not written. */
  async read(): Promise<void> {
    const { hash } = location
    if (!carriesState(hash) || hash === this.#fragment) return
    this.#fragment = hash
    try {
      this.#onState(await stateIn(hash))
    } catch (error) {
      this.#onProblem(error)
    }
  }

  /** Reloading the page then loses nothing. */
  write(state: WorkbenchState): void {
    const write = ++this.#writes
    void fragmentOf(state).then((fragment) => {
      if (write !== this.#writes) return
      // At first, the address may carry a state that has not been read yet.
      if (this.#fragment === '' && write === 1) return
      this.#fragment = fragment
      history.replaceState(history.state, '', fragment)
    })
  }

  async link(state: WorkbenchState): Promise<string> {
    const { href } = new URL(await fragmentOf(state), location.href)
    return href
  }

  [Symbol.dispose](): void {
    removeEventListener('hashchange', this.#listener)
  }
}
