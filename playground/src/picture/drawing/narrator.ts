import type { BrokerState } from '../state/broker-state.ts'
import { descriptionOf, summaryOf } from '../state/words.ts'
import { html, setText } from './svg.ts'

/** Milliseconds: not before everything has been calm for so long, and not more often than that. */
const [calm, pause] = [900, 4000]

/** More messages that are gone are only counted. */
const mostLosses = 3

/** Describes the picture to readers who do not see it: what it shows, and changes in one line. */
export class Narrator {
  readonly element = html('div', { class: 'mp-narrator' })
  readonly #state: BrokerState
  readonly #live = html('p', { role: 'status' })
  readonly #description = html('ul')
  #timer: ReturnType<typeof setTimeout> | undefined
  #spokenAt = -Infinity
  /** What became of messages that are gone, since this was said last. */
  #losses: string[] = []

  constructor(state: BrokerState) {
    this.#state = state
    this.element.append(this.#live, this.#description)
  }

  changed(): void {
    clearTimeout(this.#timer)
    const wait = Math.max(calm, this.#spokenAt + pause - performance.now())
    this.#timer = setTimeout(() => this.#speak(), wait)
  }

  /** A message is gone, and how; undefined if it is not. */
  report(loss: string | undefined): void {
    if (loss !== undefined) this.#losses.push(loss)
  }

  dispose(): void {
    clearTimeout(this.#timer)
  }

  #speak(): void {
    this.#spokenAt = performance.now()
    const losses = this.#losses.splice(0)
    const lost =
      losses.length > mostLosses ? `${losses.length} messages were dropped.` : losses.join(' ')
    setText(this.#live, `${lost} ${summaryOf(this.#state)}`.trim())
    const items = descriptionOf(this.#state).map((text) => html('li', {}, text))
    this.#description.replaceChildren(...items)
  }
}
