import type { SourcePosition } from '../engine/index.ts'
import type { SceneProgram } from '../scenes/stage/scene.ts'
import { button, element } from './dom.ts'
import { Editor } from './editor.ts'

export interface CodeOptions {
  readonly programs: readonly SceneProgram[]
  /** The source of a file, as it is in the lesson. */
  readonly read: (file: string) => Promise<string>
  /** The learner wants to run a program with what they have changed. */
  readonly onRun: (id: string) => void
}

/** The file of a program, as the engine names it. */
function fileOf({ program }: SceneProgram): string {
  const [lesson = '', name = ''] = program.split('/')
  return `${lesson}/src/${name}.ts`
}

/** The code of the programs, which the learner can edit: each program for itself. */
export class CodeView {
  readonly element: HTMLElement
  readonly #options: CodeOptions
  readonly #originals = new Map<string, string>()
  readonly #edits = new Map<string, string>()
  readonly #tabs = new Map<string, HTMLButtonElement>()
  readonly #editor = new Editor({
    onEdit: () => this.#edited(),
    onRun: () => this.#runShown(),
  })
  readonly #run: HTMLButtonElement
  readonly #problem = element('p', { class: 'mp-problem', role: 'status' })
  #shown: SceneProgram | undefined
  /** The program that was asked for last. Until its code is loaded, the editor has that of another one. */
  #wanted: SceneProgram | undefined

  constructor(options: CodeOptions) {
    this.#options = options
    const tabs = element('div', { class: 'mp-programs', role: 'group', 'aria-label': 'Programs' })
    for (const program of options.programs) {
      const tab = button(program.name, () => void this.show(program.id))
      this.#tabs.set(program.id, tab)
      tabs.append(tab)
    }
    this.#run = button('Run', () => this.#runShown(), { class: 'mp-primary' })
    const reset = button('Undo all changes', () => this.#reset())
    const actions = element('div', { class: 'mp-actions' }, this.#run, reset)
    this.element = element(
      'div',
      { class: 'mp-code' },
      tabs,
      this.#problem,
      this.#editor.element,
      actions,
    )
  }

  /** The files of a program that the learner has changed. */
  editsOf(id: string): Readonly<Record<string, string>> | undefined {
    const text = this.#edits.get(id)
    const program = this.#options.programs.find((each) => each.id === id)
    return text === undefined || program === undefined ? undefined : { [fileOf(program)]: text }
  }

  /** Shows a program. */
  async show(id = this.#shown?.id ?? this.#options.programs[0]?.id): Promise<void> {
    const program = this.#options.programs.find((each) => each.id === id)
    if (program === undefined) return
    this.#wanted = program
    const file = fileOf(program)
    const original = this.#originals.get(file) ?? (await this.#read(file))
    if (original === undefined) return
    this.#originals.set(file, original)
    if (this.#wanted !== program) return
    this.#shown = program
    for (const [each, tab] of this.#tabs) tab.setAttribute('aria-pressed', String(each === id))
    const label = `The code of ${program.name}: ${file}`
    this.#editor.show(this.#edits.get(program.id) ?? original, label)
    this.#run.textContent = `Run ${program.name} with this code`
  }

  /** The source of a file; undefined if it cannot be loaded, which the reader is told. */
  async #read(file: string): Promise<string | undefined> {
    try {
      this.#problem.textContent = ''
      return await this.#options.read(file)
    } catch (error) {
      this.#problem.textContent = `The code cannot be loaded: ${String(error)}`
      return undefined
    }
  }

  /** Shows where a program has a mistake. */
  mark(id: string, { file, line }: SourcePosition, text: string): void {
    const program = this.#options.programs.find((each) => each.id === id)
    if (program === undefined || fileOf(program) !== file || !this.#edits.has(id)) return
    if (this.#shown?.id === id) this.#editor.mark(line, text)
  }

  #edited(): void {
    if (this.#shown === undefined) return
    this.#edits.set(this.#shown.id, this.#editor.text)
  }

  #runShown(): void {
    if (this.#shown === undefined) return
    this.#editor.unmark()
    this.#options.onRun(this.#shown.id)
  }

  #reset(): void {
    if (this.#shown === undefined) return
    this.#edits.delete(this.#shown.id)
    void this.show()
  }
}
