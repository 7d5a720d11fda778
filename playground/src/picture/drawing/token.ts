import type { Point } from '../motion/path.ts'
import { setAttributes, setText, svg } from './svg.ts'

interface TokenOptions {
  readonly message: number
  /** What is written on it: its number or, in a stream, its offset. */
  readonly text: string
  readonly label: string
  readonly width: number
  readonly height: number
}

/** Milliseconds in which a message covers two thirds of the way to its place in a row. */
const settleTime = 90

/** A message: a small box with its number. */
export class Token {
  readonly message: number
  readonly element: SVGGElement
  readonly #label: string
  readonly #key = svg('text', { class: 'mp-key' })
  #at: Point = { x: 0, y: 0 }
  /** The node at which it rests, and where, from the middle of the node. */
  node = ''
  place: Point = { x: 0, y: 0 }
  isSettled = false

  constructor({ message, text, label, width, height }: TokenOptions) {
    this.message = message
    this.#label = label
    const box = { x: -width / 2, y: -height / 2, width, height, rx: 5 }
    this.element = svg(
      'g',
      {
        class: 'mp-token',
        role: 'button',
        tabindex: -1,
        'aria-label': label,
        'data-message': message,
      },
      svg('rect', box),
      svg('text', { y: 3.8, 'text-anchor': 'middle' }, text),
      ' ',
      this.#key,
    )
  }

  get position(): Point {
    return this.#at
  }

  /** Writes its routing key next to the way, where it covers no node. */
  showKey(text: string, down: boolean): void {
    const aside = { x: 62, y: 4, 'text-anchor': 'start' }
    const above = { x: 0, y: -32, 'text-anchor': 'middle' }
    setAttributes(this.#key, down ? aside : above)
    this.#setKey(text)
  }

  /** Says below it what becomes of it. */
  showFate(text: string): void {
    setAttributes(this.#key, { x: 0, y: 27, 'text-anchor': 'middle' })
    this.#setKey(text)
  }

  hideKey(): void {
    this.#setKey('')
  }

  /** Delivered, and still in the queue. */
  set isGhost(value: boolean) {
    this.#toggle('mp-ghost', value)
  }

  /** A program works on it. */
  set isHeld(value: boolean) {
    this.#toggle('mp-held', value)
  }

  set isRedelivered(value: boolean) {
    this.#toggle('mp-redelivered', value)
  }

  set isDead(value: boolean) {
    this.#toggle('mp-dead', value)
  }

  /** Turns it into an acknowledgement: no message, only a dot. */
  becomeAck(): void {
    this.element.replaceChildren(svg('circle', { r: 4 }))
    this.element.classList.add('mp-ack')
    this.#hide()
  }

  set isSelected(value: boolean) {
    this.#toggle('mp-selected', value)
  }

  move(to: Point): void {
    this.#at = to
    setAttributes(this.element, { transform: `translate(${to.x.toFixed(1)} ${to.y.toFixed(1)})` })
  }

  /** Moves towards its place at a node. */
  rest(node: Point, milliseconds: number): void {
    const goal = { x: node.x + this.place.x, y: node.y + this.place.y }
    const [dx, dy] = [goal.x - this.#at.x, goal.y - this.#at.y]
    this.isSettled = Math.hypot(dx, dy) < 0.3
    const rest = Math.exp(-milliseconds / settleTime)
    this.move(this.isSettled ? goal : { x: goal.x - dx * rest, y: goal.y - dy * rest })
  }

  /** Falls down from where it has been, and disappears: a part of each, from 0 to 1. */
  sink(from: Point, fallen: number, gone: number): void {
    this.move({ x: from.x, y: from.y + 34 * fallen ** 2 })
    setAttributes(this.element, { opacity: Math.max(0, 1 - gone ** 3).toFixed(2) })
  }

  /** Disappears, in a moment. */
  fade(how = 'mp-gone'): void {
    this.element.classList.add(how)
    this.#hide()
    setTimeout(() => this.remove(), 260)
  }

  remove(): void {
    this.element.remove()
  }

  #setKey(text: string): void {
    if (this.#key.textContent === text) return
    setText(this.#key, text)
    // What it is called has to contain what is written on it.
    const name = `Message ${this.message}`
    const label = text === '' ? this.#label : this.#label.replace(name, () => `${name} ${text}`)
    if (this.element.hasAttribute('role')) setAttributes(this.element, { 'aria-label': label })
  }

  #hide(): void {
    const none = { role: undefined, tabindex: undefined, 'aria-label': undefined }
    setAttributes(this.element, { ...none, 'aria-hidden': 'true' })
  }

  #toggle(name: string, value: boolean): void {
    if (this.element.classList.contains(name) !== value) this.element.classList.toggle(name, value)
  }
}
