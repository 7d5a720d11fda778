/** Something that the arrow keys reach. */
export interface Stop {
  readonly element: SVGGElement
  /** The id of the node, or of the one where the message is. */
  readonly node: string
  readonly isNode: boolean
  readonly open: () => void
}

/**
 * Makes the picture one stop of the Tab key, in which arrow keys move: left and right to each node
 * and message, up and down from node to node.
 */
export class Keyboard {
  readonly #stops: () => readonly Stop[]
  #current: Stop | undefined

  constructor(
    root: HTMLElement,
    { stops, onEscape }: { readonly stops: () => readonly Stop[]; readonly onEscape: () => void },
  ) {
    this.#stops = stops
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') onEscape()
      else if (this.#press(event.key)) event.preventDefault()
    })
    root.addEventListener('focusin', ({ target }) => {
      this.#enter(this.#stops().find(({ element }) => element === target))
    })
  }

  /** Gives the Tab key something to reach. If a message with the focus is gone, its node gets it. */
  refresh(hadFocus: boolean): void {
    const stops = this.#stops()
    const [before] = [this.#current]
    if (before !== undefined && stops.some(({ element }) => element === before.element)) return
    this.#enter(stops.find(({ node, isNode }) => isNode && node === before?.node) ?? stops[0])
    if (hadFocus) this.focusCurrent()
  }

  focusCurrent(): void {
    this.#current?.element.focus({ preventScroll: true })
  }

  #enter(stop: Stop | undefined): void {
    if (stop === undefined || stop.element === this.#current?.element) return
    this.#current?.element.setAttribute('tabindex', '-1')
    this.#current = stop
    stop.element.setAttribute('tabindex', '0')
  }

  #press(key: string): boolean {
    const stops = this.#stops()
    const at = stops.findIndex(({ element }) => element === this.#current?.element)
    if (key === 'Enter' || key === ' ') {
      stops[at]?.open()
      return true
    }
    const next = nextStop(stops, at, key)
    next?.element.focus()
    return next !== undefined
  }
}

function nextStop(stops: readonly Stop[], at: number, key: string): Stop | undefined {
  switch (key) {
    case 'ArrowRight':
      return stops[at + 1]
    case 'ArrowLeft':
      return stops[at - 1]
    case 'ArrowDown':
      return stops.slice(at + 1).find(({ isNode }) => isNode)
    case 'ArrowUp':
      return stops.slice(0, Math.max(0, at)).findLast(({ isNode }) => isNode)
    case 'Home':
      return stops[0]
    case 'End':
      return stops.at(-1)
    default:
      return undefined
  }
}
