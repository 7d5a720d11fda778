import type { BrokerState } from '../state/broker-state.ts'
import { descriptionOf, summaryOf } from '../state/words.ts'
import { html, setText } from './svg.ts'

/** Milliseconds: when everything has been calm for so long, or if it never is, as often as that. */
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
  /** Since when something has changed that was not said. */
  #changedAt: number | undefined
  /** What became of messages that are gone, since this was said last. */
  #losses: string[] = []

  constructor(state: BrokerState) {
    this.#state = state
    this.element.append(this.#live, this.#description)
  }

  changed(): void {
    clearTimeout(this.#timer)
    const now = performance.now()
    this.#changedAt ??= now
    const from = Math.min(now + calm, this.#changedAt + pause)
    this.#timer = setTimeout(() => this.#speak(), Math.max(from, this.#spokenAt + pause) - now)
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
    this.#changedAt = undefined
    const losses = this.#losses.splice(0)
    const lost =
      losses.length > mostLosses ? `${losses.length} messages were dropped.` : losses.join(' ')
    setText(this.#live, `${lost} ${summaryOf(this.#state)}`.trim())
    const items = descriptionOf(this.#state).map((text) => html('li', {}, text))
    this.#description.replaceChildren(...items)
  }
}
