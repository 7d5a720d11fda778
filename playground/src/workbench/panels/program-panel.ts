import type { Topology } from '../../picture/update.ts'
import type { RunningProgram, TerminalLine } from '../../engine/index.ts'
import { button, element } from '../../stage/dom.ts'
import { Editor } from '../../stage/editor.ts'
import { TerminalView } from '../../stage/terminal-view.ts'
import { fileOf, type Bench } from '../bench/bench.ts'
import { placesIn, templates, type Place } from '../bench/own-programs.ts'
import { addProgram, removeProgram, setSource } from '../state/edits.ts'
import type { ProgramState, WorkbenchState } from '../state/state.ts'
import { Form, type Values } from './form.ts'

interface ProgramPlace {
  readonly element: HTMLElement
  readonly terminal: TerminalView
}

/** The programs with their terminals, and the code of one of them. */
export class ProgramPanel {
  readonly element: HTMLElement
  readonly #bench: Bench
  readonly #onProblem: (problem: unknown) => void
  readonly #places = new Map<string, ProgramPlace>()
  readonly #terminals = element('div', { class: 'mp-terminals' })
  readonly #none = element('p', { class: 'mp-none' }, 'No programs yet.')
  readonly #code = element('section', { class: 'mp-code', hidden: '', 'aria-label': 'Code' })
  readonly #title = element('h3')
  readonly #editor = new Editor({ onEdit: () => {}, onRun: () => this.#try(this.#runShown()) })
  readonly #run = button('Run', () => this.#try(this.#runShown()), { class: 'mp-primary' })
  readonly #reset = button('Undo all changes', () => this.#try(this.#resetShown()))
  readonly #form: Form
  /** What the learner's program can be about. */
  #targets: readonly Place[] = []
  /** The program whose code is shown. */
  #shown: string | undefined
  /** The program whose code was asked for last. Until it is loaded, the editor has that of another one. */
  #wanted: string | undefined

  constructor(bench: Bench, onProblem: (problem: unknown) => void) {
    this.#bench = bench
    this.#onProblem = onProblem
    this.#form = new Form({
      label: 'Add a program',
      fields: [
        { name: 'program', label: 'Program', kind: 'select' },
        { name: 'place', label: 'Queue or exchange (if it is your own)', kind: 'select' },
        {
          name: 'argv',
          label: 'Command-line arguments',
          kind: 'text',
          placeholder: '--prefetch 1',
        },
      ],
      submit: 'Add program',
      onSubmit: (values) => this.#add(values),
    })
    const close = button('Close the code', () => this.#try(this.#close()))
    const actions = element('div', { class: 'mp-actions' }, this.#run, this.#reset, close)
    this.#code.append(this.#title, this.#editor.element, actions)
    // What is typed becomes a part of the state when the reader goes elsewhere.
    this.#code.addEventListener('change', () => this.#try(this.#keepEdits()))
    const heading = element('h3', {}, 'Programs')
    this.element = element(
      'section',
      { class: 'mp-program-panel', 'aria-label': 'Programs' },
      heading,
      this.#none,
      this.#terminals,
      this.#code,
      this.#form.element,
    )
    this.#offer([])
    this.offerPlaces({ exchanges: [], queues: [], bindings: [] })
  }

  /** The programs of the lessons that can be added. */
  offer(lessons: readonly string[]): void {
    this.#offer(lessons)
  }

  /** The queues and exchanges that the learner's program can use. */
  offerPlaces(topology: Pick<Topology, 'exchanges' | 'queues' | 'bindings'>): void {
    const targets = placesIn(topology)
    if (JSON.stringify(targets) === JSON.stringify(this.#targets)) return
    this.#targets = targets
    this.#form.offer(
      'place',
      targets.map(({ kind, name }) => ({ value: `${kind}:${name}`, text: `${kind} ${name}` })),
    )
  }

  show({ programs }: WorkbenchState): void {
    const ids = new Set(programs.map(({ id }) => id))
    for (const [id, { element: place }] of this.#places)
      if (!ids.has(id)) {
        place.remove()
        this.#places.delete(id)
      }
    for (const program of programs)
      if (!this.#places.has(program.id)) this.#terminals.append(this.#place(program).element)
    this.#none.hidden = programs.length > 0
    if (this.#shown !== undefined && !ids.has(this.#shown)) this.#shown = undefined
    this.#code.hidden = this.#shown === undefined
    if (this.#shown !== undefined) this.#try(this.#showCode(this.#shown))
  }

  changed(program: RunningProgram): void {
    this.#places.get(program.spec.id)?.terminal.show(program)
  }

  print(line: TerminalLine): void {
    const { program: id, problem, text } = line
    this.#places.get(id)?.terminal.print(line)
    const program = this.#program(id)
    if (problem === undefined || program === undefined || id !== this.#shown) return
    if (fileOf(program.program) === problem.file) this.#editor.mark(problem.line, text)
  }

  #offer(lessons: readonly string[]): void {
    this.#form.offer('program', [
      { value: 'own:producer', text: 'a producer of your own' },
      { value: 'own:consumer', text: 'a consumer of your own' },
      ...lessons.map((name) => ({ value: name, text: name.replace('/', ': ') })),
    ])
  }

  #place(program: ProgramState): ProgramPlace {
    const { id, name } = program
    const terminal = new TerminalView({ name, onRun: () => this.#try(this.#start(id)) })
    const edit = button('Code', () => this.#try(this.#openCode(id)), {
      'aria-label': `Code: ${name}`,
    })
    const remove = button('Remove', () => this.#try(this.#remove(id)), {
      'aria-label': `Remove: ${name}`,
    })
    const bar = element('div', { class: 'mp-program-bar' }, edit, remove)
    const place = {
      terminal,
      element: element('div', { class: 'mp-place' }, terminal.element, bar),
    }
    this.#places.set(id, place)
    return place
  }

  #program(id: string | undefined): ProgramState | undefined {
    return this.#bench.state.programs.find((program) => program.id === id)
  }

  async #add(values: Values): Promise<void> {
    const [, template] = /^own:(producer|consumer)$/.exec(values.text('program')) ?? []
    const argv = wordsOf(values.text('argv'))
    const place = this.#targets.find(({ kind, name }) => `${kind}:${name}` === values.text('place'))
    if (place !== undefined && (template === 'producer' || template === 'consumer')) {
      const program = `own/${template}`
      await this.#bench.change((state) =>
        addProgram(state, { program, argv, source: templates[template](place) }),
      )
    } else {
      const program = values.text('program')
      await this.#bench.change((state) => addProgram(state, { program, argv }))
    }
  }

  async #start(id: string): Promise<void> {
    await this.#keepEdits()
    const program = this.#program(id)
    if (program !== undefined) await this.#bench.run(program)
  }

  async #remove(id: string): Promise<void> {
    await this.#bench.change((state) => removeProgram(state, id))
  }

  #try(done: Promise<void>): void {
    done.catch(this.#onProblem)
  }

  async #openCode(id: string): Promise<void> {
    this.#wanted = id
    const program = this.#program(id)
    if (program === undefined) return
    await this.#textOf(program)
    if (this.#wanted === id) await this.#keepEdits()
    // The reader may have asked for another one, or removed this one.
    if (this.#wanted !== id || this.#program(id) === undefined) return
    this.#shown = id
    await this.#showCode(id)
  }

  async #showCode(id: string): Promise<void> {
    const program = this.#program(id)
    if (program === undefined) return
    const text = await this.#textOf(program)
    if (this.#shown !== id) return
    this.#title.textContent = `The code of ${program.name}`
    const label = `The code of ${program.name}: ${fileOf(program.program)}`
    this.#editor.show(text, label)
    this.#run.textContent = `Run ${program.name} with this code`
    this.#reset.hidden = program.source === undefined || isOwn(program)
    this.#code.hidden = false
  }

  async #textOf({ program, source }: ProgramState): Promise<string> {
    return source ?? (await this.#bench.lab.source(fileOf(program)))
  }

  async #keepEdits(): Promise<void> {
    const program = this.#program(this.#shown)
    if (program === undefined || this.#code.hidden) return
    const { text } = this.#editor
    const before = await this.#textOf(program)
    if (text !== before) await this.#bench.change((state) => setSource(state, program.id, text))
  }

  async #runShown(): Promise<void> {
    const id = this.#shown
    if (id === undefined) return
    this.#editor.unmark()
    await this.#start(id)
  }

  async #resetShown(): Promise<void> {
    const program = this.#program(this.#shown)
    if (program === undefined) return
    await this.#bench.change((state) => setSource(state, program.id, undefined))
  }

  async #close(): Promise<void> {
    this.#wanted = undefined
    await this.#keepEdits()
    this.#shown = undefined
    this.#code.hidden = true
  }
}

function isOwn({ program }: ProgramState): boolean {
  return program.startsWith('own/')
}

/** The words of a command line; quotation marks keep words together. */
function wordsOf(text: string): readonly string[] {
  const found = text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)
  return Array.from(found, ([, double, single, plain]) => double ?? single ?? plain ?? '')
}
