import type { Verdict } from '../check-worker/protocol.ts'
import { button, element } from '../stage/dom.ts'
import { Editor } from '../stage/editor.ts'
import type { CatalogEntry } from './catalog.ts'
import { Checker } from './checker.ts'
import { rendered } from './markdown.ts'
import { Progress } from './progress.ts'

export interface ExercisesViewOptions {
  /** The address of the folder that the build of the playground has written, with a slash at the end. */
  readonly files: string
  /** The address of a page of the course, from its path in the repository: `docs/01-basic.md`. */
  readonly pageOf: (path: string) => string
}

const warning = 'Press Start over again to discard your program.'

/** The exercises: a task, a program to fix, the verdict of the check, and hints. */
export class ExercisesView implements Disposable {
  readonly element = element('div', { class: 'mp-stage mp-exercises' })
  readonly #options: ExercisesViewOptions
  readonly #checker: Checker
  readonly #progress = new Progress()
  readonly #list = element('select', { 'aria-label': 'Exercise' })
  readonly #task = element('div', { class: 'mp-task' })
  readonly #work = element('div')
  readonly #editor = new Editor({
    onEdit: () => this.#edited(),
    onRun: () => void this.#check(),
  })
  readonly #start = button('Check', () => void this.#check(), { class: 'mp-primary' })
  readonly #verdict = element('div', { class: 'mp-verdict', role: 'status' })
  readonly #output = element('pre', { class: 'mp-screen', tabindex: '0', 'aria-label': 'Output' })
  readonly #hint = button('Next hint', () => this.#showHint())
  readonly #hints = element('div', { class: 'mp-hints' })
  readonly #next = button('Next exercise', () => this.#move(1))
  #catalog: readonly CatalogEntry[] = []
  #entry: CatalogEntry | undefined
  #shownHints = 0
  /** The number of the newest check. */
  #checks = 0

  constructor(options: ExercisesViewOptions) {
    this.#options = options
    this.#checker = new Checker(options.files)
    this.#list.addEventListener('change', () => this.#open(this.#list.value))
    const choice = element(
      'label',
      { class: 'mp-field' },
      element('span', {}, 'Exercise'),
      this.#list,
    )
    const previous = button('Previous', () => this.#move(-1))
    const bar = element('div', { class: 'mp-bar' }, choice, previous, this.#next)
    const again = button('Start over', () => this.#startOver())
    const solution = button('Our solution', () => this.#showSolution())
    const actions = element(
      'div',
      { class: 'mp-actions' },
      this.#start,
      this.#hint,
      solution,
      again,
    )
    this.#work.append(this.#editor.element, actions, this.#verdict, this.#output, this.#hints)
    this.element.append(bar, this.#task, this.#work)
    this.#output.hidden = true
  }

  async begin(): Promise<void> {
    try {
      this.#catalog = await this.#load()
    } catch (error) {
      this.#say(`The exercises cannot be loaded: ${String(error)}`, 'failed')
    }
    const entry = this.#inAddress() ?? this.#find(this.#progress.current) ?? this.#catalog[0]
    if (entry !== undefined) this.#open(entry.name)
  }

  async #load(): Promise<readonly CatalogEntry[]> {
    const address = new URL('exercises.json', new URL(this.#options.files, document.baseURI))
    const response = await fetch(address)
    if (!response.ok) throw new Error(String(response.status))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the build writes this file
    return (await response.json()) as readonly CatalogEntry[]
  }

  [Symbol.dispose](): void {
    this.#checker[Symbol.dispose]()
    this.element.remove()
  }

  #find(name: string | undefined): CatalogEntry | undefined {
    return this.#catalog.find((each) => each.name === name)
  }

  /** The address can name an exercise, or a heading of the page. */
  #inAddress(): CatalogEntry | undefined {
    return this.#find(location.hash.slice(1))
  }

  #open(name: string): void {
    const entry = this.#find(name)
    if (entry === undefined) return
    // Otherwise, reloading the page would go back.
    if (this.#inAddress() !== undefined) history.replaceState(history.state, '', `#${name}`)
    this.#entry = entry
    this.#checks += 1
    this.#progress.open(name)
    this.#listAll()
    this.#showTask(entry)
    this.#showProgram()
    this.#say('')
    this.#start.disabled = false
    this.#next.disabled = entry === this.#catalog.at(-1)
    this.#shownHints = 0
    this.#hints.replaceChildren()
    this.#hint.disabled = false
  }

  #listAll(): void {
    const options = this.#catalog.map(({ name, title }) => {
      const mark = this.#progress.isSolved(name) ? ' ✔' : ''
      return element('option', { value: name }, `${Number(name.slice(0, 2))}. ${title}${mark}`)
    })
    this.#list.replaceChildren(...options)
    this.#list.value = this.#entry?.name ?? ''
  }

  #showTask({ name, title, task }: CatalogEntry): void {
    // Links in tasks start in the folder of the exercise.
    const folder = new URL(`x:/exercises/${name}/`)
    const resolve = (link: string): string =>
      this.#options.pageOf(new URL(link, folder).href.replace('x:/', ''))
    this.#task.replaceChildren(element('h2', {}, title), ...rendered(task, resolve))
  }

  #showProgram(): void {
    const { name = '', title = '', problem = '' } = this.#entry ?? {}
    const program = this.#progress.programOf(name) ?? problem
    this.#editor.show(program, `Your program: ${title}`)
  }

  #edited(): void {
    if (this.#verdict.textContent === warning) this.#say('')
    if (this.#entry !== undefined) this.#progress.write(this.#entry.name, this.#editor.text)
  }

  async #check(): Promise<void> {
    const { name } = this.#entry ?? {}
    if (name === undefined) return
    const number = ++this.#checks
    const isCurrent = (): boolean => number === this.#checks
    this.#editor.unmark()
    this.#start.disabled = true
    this.#say('Checking...')
    try {
      const verdict = await this.#checker.check({ exercise: name, source: this.#editor.text })
      if (isCurrent()) this.#showVerdict(name, verdict)
    } catch (error) {
      if (isCurrent()) this.#say(`The check could not run: ${String(error)}`, 'failed')
    }
    if (isCurrent()) this.#start.disabled = false
  }

  #showVerdict(name: string, { solved, text, output }: Verdict): void {
    this.#say(`${solved ? '✔' : '✘'} ${text}`, solved ? 'solved' : 'failed')
    this.#output.textContent = output.trim()
    this.#output.hidden = output.trim() === ''
    const [place, line] = /exercises\/[\w-]+\/program\.ts:(\d+)/.exec(text) ?? []
    if (place !== undefined) this.#editor.mark(Number(line), 'see the verdict')
    if (!solved) return
    this.#progress.setSolved(name)
    this.#listAll()
  }

  #say(text: string, kind = ''): void {
    this.#verdict.textContent = text
    this.#verdict.dataset['kind'] = kind
    this.#output.hidden = true
  }

  #showHint(): void {
    const hints = this.#entry?.hints ?? []
    const hint = hints[this.#shownHints]
    if (hint === undefined) return
    this.#shownHints += 1
    const [heading = '', ...text] = hint.split('\n')
    const body = rendered(text.join('\n').replace(/^\n+/, ''), this.#options.pageOf)
    const title = `Hint ${this.#shownHints} of ${hints.length}: ${heading}`
    this.#hints.append(element('section', {}, element('h3', {}, title), ...body))
    this.#hint.disabled = this.#shownHints === hints.length
  }

  #showSolution(): void {
    const { solution = '', title = '' } = this.#entry ?? {}
    const code = element('pre', { tabindex: '0', 'aria-label': `Our solution: ${title}` }, solution)
    this.#hints.append(element('section', {}, element('h3', {}, 'Our solution'), code))
  }

  #startOver(): void {
    const { name, problem = '' } = this.#entry ?? {}
    if (name === undefined) return
    // Nothing brings a program back that took an hour, and the button is next to others.
    if (this.#verdict.textContent !== warning) {
      this.#say(warning)
      return
    }
    this.#progress.write(name, problem)
    this.#open(name)
  }

  #move(by: number): void {
    const place = this.#catalog.findIndex((entry) => entry === this.#entry)
    const entry = this.#catalog[place + by]
    if (entry !== undefined) this.#open(entry.name)
  }
}
