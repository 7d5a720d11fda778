import { button, element } from './dom.ts'

export interface TimeOptions {
  /** 1, slower, or 0 to stand still. */
  readonly onRate: (rate: number) => void
  /** Until the next movement of a message. */
  readonly onStep: () => void
}

const speeds = [
  { text: 'Normal speed', rate: 1 },
  { text: 'Slow', rate: 0.25 },
  { text: 'Pause', rate: 0 },
]

/** Lets time run, slows it down, stops it, or makes one step. */
export class TimeControls {
  readonly element = element('div', { class: 'mp-time', role: 'group', 'aria-label': 'Time' })
  readonly #speeds = new Map<number, HTMLButtonElement>()

  constructor({ onRate, onStep }: TimeOptions) {
    for (const { text, rate } of speeds) {
      const speed = button(text, () => {
        this.show(rate)
        onRate(rate)
      })
      this.#speeds.set(rate, speed)
    }
    const step = button('Step', () => {
      this.show(0)
      onStep()
    })
    this.element.append(...this.#speeds.values(), step)
    this.show(1)
  }

  show(rate: number): void {
    for (const [each, speed] of this.#speeds)
      speed.setAttribute('aria-pressed', String(each === rate))
  }
}
