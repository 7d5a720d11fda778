// What the test page of a scene loads: the scene as the site shows it, and a record of its frames.
import { scenes } from '../../src/scenes/index.ts'
import { StageView } from '../../src/stage/index.ts'
import type { Frame, ClockPage } from './clock-page.ts'

class Recorded implements ClockPage {
  readonly #view: StageView
  readonly #frames: Frame[] = []

  constructor(id: string) {
    const scene = scenes.find((each) => each.id === id)
    if (scene === undefined) throw new Error(`there is no scene ${id}`)
    this.#view = new StageView({ scene, files: '/' })
    document.body.replaceChildren(this.#view.element)
    this.#record()
  }

  get frames(): readonly Frame[] {
    return this.#frames
  }

  press(button: string): Promise<void> {
    return this.#view.press(button)
  }

  close(): void {
    this.#view[Symbol.dispose]()
  }

  /** Remembers each frame that differs from the one before. */
  #record(): void {
    if (!this.#view.element.isConnected) return
    const labels = Array.from(this.#view.element.querySelectorAll('[data-id]'), (node) => [
      node.getAttribute('data-id') ?? '',
      node.getAttribute('aria-label') ?? '',
    ])
    const terminals = Array.from(this.#view.element.querySelectorAll('.mp-terminal'), (each) => [
      each.getAttribute('aria-label') ?? '',
      each.querySelector('.mp-screen')?.textContent ?? '',
    ])
    this.#frames.push({
      time: performance.now(),
      nodes: Object.fromEntries(labels) as Frame['nodes'],
      terminals: Object.fromEntries(terminals) as Frame['terminals'],
    })
    requestAnimationFrame(() => this.#record())
  }
}

globalThis.openScene = (id) => new Recorded(id)
