import { button, element } from '../../stage/dom.ts'
import type { Bench } from '../bench/bench.ts'
import { definitionsIn, withDefinitions } from '../state/definitions-file.ts'

/** Imports and exports files of definitions, as rabbitmqctl writes and reads them. */
export class FilePanel {
  readonly element = element('section', {
    class: 'mp-file',
    hidden: '',
    'aria-label': 'Definitions',
  })
  readonly #bench: Bench
  readonly #title = element('h3')
  readonly #text = element('textarea', { rows: '10', spellcheck: 'false' })
  readonly #file = element('input', { type: 'file', accept: '.json,application/json' })
  readonly #said = element('p', { class: 'mp-problem', role: 'status' })
  readonly #import: HTMLElement
  readonly #export: HTMLElement

  constructor(bench: Bench) {
    this.#bench = bench
    const choose = element('label', { class: 'mp-field' }, element('span', {}, 'File'), this.#file)
    const load = button('Import', () => void this.import(this.#text.value), { class: 'mp-primary' })
    this.#file.addEventListener('change', () => {
      const [file] = this.#file.files ?? []
      if (file !== undefined) void file.text().then((text) => this.import(text))
    })
    const download = button('Download', () => this.#download(), { class: 'mp-primary' })
    const [closeImport, closeExport] = [this.#closeButton(), this.#closeButton()]
    this.#import = element('div', { class: 'mp-actions' }, choose, load, closeImport)
    this.#export = element('div', { class: 'mp-actions' }, download, closeExport)
    this.element.append(this.#title, this.#text, this.#import, this.#export, this.#said)
  }

  openImport(): void {
    this.#open('Import definitions', true)
    this.#text.value = ''
    this.#text.placeholder =
      'Paste what rabbitmqctl export_definitions has written, or drop the file here.'
    this.#text.focus()
  }

  async openExport(): Promise<void> {
    const text = await this.#exported()
    this.#open('Export definitions', false)
    this.#text.value = text
    this.#text.focus()
    this.#text.setSelectionRange(0, 0)
    this.#text.scrollTop = 0
  }

  /** Exports again, if an export is shown: what is on the broker has changed. */
  async refresh(): Promise<void> {
    const isShown = (): boolean => !this.element.hidden && !this.#export.hidden
    if (!isShown()) return
    const text = await this.#exported()
    if (isShown()) this.#text.value = text
  }

  async #exported(): Promise<string> {
    return JSON.stringify(await this.#bench.export(), undefined, 2)
  }

  /** Replaces what is on the broker. */
  async import(text: string): Promise<void> {
    try {
      const definitions = definitionsIn(text)
      await this.#bench.change((state) => withDefinitions(state, definitions))
      this.element.hidden = true
    } catch (error) {
      this.#open('Import definitions', true)
      this.#said.textContent = error instanceof Error ? error.message : String(error)
    }
  }

  #open(title: string, isImport: boolean): void {
    this.element.hidden = false
    this.#title.textContent = title
    this.#text.setAttribute('aria-label', title)
    this.#text.readOnly = !isImport
    this.#import.hidden = !isImport
    this.#export.hidden = isImport
    this.#said.textContent = ''
    this.#file.value = ''
  }

  #closeButton(): HTMLButtonElement {
    return button('Close', () => {
      this.element.hidden = true
    })
  }

  #download(): void {
    const url = URL.createObjectURL(new Blob([this.#text.value], { type: 'application/json' }))
    element('a', { href: url, download: 'definitions.json' }).click()
    URL.revokeObjectURL(url)
  }
}
