import { element } from './dom.ts'

export interface EditorOptions {
  readonly onEdit: () => void
  /** Ctrl-Enter or Cmd-Enter. */
  readonly onRun: () => void
}

/** A text with numbered lines, one of which can have a mistake. */
export class Editor {
  readonly element: HTMLElement
  readonly #options: EditorOptions
  readonly #text = element('textarea', { spellcheck: 'false', autocapitalize: 'off', wrap: 'off' })
  readonly #lines = element('pre', { class: 'mp-lines', 'aria-hidden': 'true' })
  readonly #problem = element('p', { class: 'mp-problem', role: 'status' })
  #wrongLine: number | undefined

  constructor(options: EditorOptions) {
    this.#options = options
    const editor = element('div', { class: 'mp-editor' }, this.#lines, this.#text)
    this.#text.addEventListener('input', () => {
      this.#showProblem()
      options.onEdit()
    })
    this.#text.addEventListener('scroll', () => {
      this.#lines.style.transform = `translateY(${-this.#text.scrollTop}px)`
    })
    this.#text.addEventListener('keydown', (event) => this.#onKey(event))
    this.element = element('div', {}, editor, this.#problem)
  }

  get text(): string {
    return this.#text.value
  }

  /** `label` is for screen readers. */
  show(text: string, label: string): void {
    if (text !== this.#text.value) this.#text.value = text
    this.#text.setAttribute('aria-label', label)
    this.#showProblem()
  }

  /** Shows a mistake. The first one stays. */
  mark(line: number, text: string): void {
    if (this.#wrongLine === undefined) this.#showProblem(line, text)
  }

  unmark(): void {
    this.#showProblem()
  }

  #showProblem(line?: number, text = ''): void {
    this.#wrongLine = line
    this.#problem.textContent = line === undefined ? '' : `Line ${line}: ${text}`
    const numbers = this.#text.value.split('\n').map((_, i) => {
      const kind = i + 1 === line ? 'mp-wrong' : ''
      return element('span', { class: kind }, `${i + 1}\n`)
    })
    this.#lines.replaceChildren(...numbers)
    // All of a program is on the screen, so that only long lines scroll.
    this.#text.rows = numbers.length + 1
  }

  /** Tab keeps its meaning, to leave the editor. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    this.#options.onRun()
  }
}
