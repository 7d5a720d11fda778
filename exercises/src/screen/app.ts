import type { Brokers } from '../judge/brokers.ts'
import type { Entry } from '../course/catalog.ts'
import type { Progress } from '../course/progress.ts'
import { search } from '../course/search.ts'
import { openInEditor } from './editor.ts'
import { exercisePage, lastPage, listPage, type Course } from './pages.ts'
import { Terminal, type Key, type Streams } from './terminal.ts'
import { Workbench } from './workbench.ts'

interface Around {
  readonly catalog: readonly Entry[]
  readonly brokers: Brokers
  readonly progress: Progress
  readonly streams: Streams
}

/** `pnpm exercises`: shows exercises and verdicts, and reacts to keys. */
export class App implements AsyncDisposable {
  readonly #around: Around
  readonly #terminal: Terminal
  readonly #course: Course
  /** Resolves when the learner quits. */
  readonly quit: Promise<void>
  #resolveQuit: () => void = () => {}
  #bench: Workbench
  /** Resolves when all previous workbenches are disposed. */
  #previous: Promise<void> = Promise.resolve()
  #mode: 'exercise' | 'list' | 'end' = 'exercise'
  #words = ''
  #cursor = 0
  #notice = ''
  /** Whether an editor uses the terminal, so that nothing must be drawn. */
  #editing = false
  /** Resolves when the last editor has exited. */
  #edited: Promise<void> = Promise.resolve()
  #isDisposed = false
  #showsSolution = false
  /** A key that acts only when it is pressed a second time. */
  #pressedOnce = ''

  constructor(around: Around, entry: Entry) {
    this.#around = around
    const { catalog, brokers, progress } = around
    this.#course = {
      catalog,
      broker: brokers.name,
      isSolved: ({ name }) => progress.isSolved(name),
    }
    this.quit = new Promise((resolve) => {
      this.#resolveQuit = resolve
    })
    this.#terminal = new Terminal(around.streams, {
      onKey: (key) => {
        this.#press(key)
      },
      onResize: () => {
        this.#draw()
      },
    })
    this.#bench = this.#openBench(entry)
    this.#draw()
  }

  #openBench(entry: Entry): Workbench {
    const { brokers, progress } = this.#around
    progress.current = entry.name
    return new Workbench(entry, {
      brokers,
      progress,
      onChange: () => {
        this.#draw()
      },
      onCheck: () => {
        // The learner wants to see the verdict.
        this.#showsSolution = false
        this.#draw()
      },
    })
  }

  #go(entry: Entry): void {
    this.#previous = Promise.all([this.#previous, this.#bench[Symbol.asyncDispose]()]).then(
      () => {},
    )
    this.#mode = 'exercise'
    this.#showsSolution = false
    this.#bench = this.#openBench(entry)
  }

  #press(key: Key): void {
    if (key.name === 'ctrl-c') {
      this.#resolveQuit()
      return
    }
    const again = this.#pressedOnce === key.text
    this.#pressedOnce = ''
    this.#notice = ''
    if (this.#mode === 'list') this.#pressInList(key)
    else this.#pressInExercise(key.text, again)
    this.#draw()
  }

  #pressInExercise(key: string, again: boolean): void {
    switch (key) {
      case 'n':
        this.#next()
        break
      case 'p':
        this.#go(this.#neighbor(-1))
        break
      case 'l':
        this.#openList()
        break
      case 'q':
        this.#resolveQuit()
        break
      default:
        if (this.#mode === 'exercise') this.#pressOnBench(key, again)
    }
  }

  #pressOnBench(key: string, again: boolean): void {
    switch (key) {
      case 'h':
        this.#bench.nextHint()
        this.#showsSolution = false
        break
      case 's':
        this.#toggleSolution(again)
        break
      case 'x':
        if (again) this.#bench.reset()
        else this.#ask(key, 'Press x again to start over. This discards your program.')
        break
      case 'r':
        this.#bench.check()
        break
      case 'o':
        this.#edited = this.#edit()
        break
    }
  }

  #ask(key: string, question: string): void {
    this.#pressedOnce = key
    this.#notice = question
  }

  #toggleSolution(again: boolean): void {
    const { entry } = this.#bench
    if (this.#showsSolution) this.#showsSolution = false
    else if (again || this.#course.isSolved(entry)) this.#showsSolution = true
    else
      this.#ask(
        's',
        'You have not solved this exercise yet. Press s again to see our solution anyway.',
      )
  }

  #neighbor(step: number): Entry {
    const { catalog } = this.#around
    const at = catalog.indexOf(this.#bench.entry) + step
    return catalog.at(at % catalog.length) ?? this.#bench.entry
  }

  /** Goes to the next exercise, and from the last one to the first that is not solved. */
  #next(): void {
    const { catalog } = this.#around
    const unsolved = catalog.find((entry) => !this.#course.isSolved(entry))
    if (unsolved === undefined && this.#mode === 'exercise') this.#mode = 'end'
    else if (this.#bench.entry === catalog.at(-1) && unsolved !== undefined) this.#go(unsolved)
    else this.#go(this.#neighbor(1))
  }

  #openList(): void {
    this.#mode = 'list'
    this.#words = ''
    this.#cursor = this.#around.catalog.indexOf(this.#bench.entry)
  }

  #pressInList({ name, text }: Key): void {
    const found = search(this.#around.catalog, this.#words)
    const chosen = found[this.#cursor]
    if (name === 'escape') this.#mode = 'exercise'
    else if (name === 'return' && chosen !== undefined) this.#go(chosen)
    else if (name === 'up') this.#cursor = Math.max(0, this.#cursor - 1)
    else if (name === 'down') this.#cursor = Math.min(found.length - 1, this.#cursor + 1)
    else if (name === 'backspace') this.#find(this.#words.slice(0, -1))
    else if (text !== '') this.#find(this.#words + text)
  }

  #find(words: string): void {
    this.#words = words
    this.#cursor = 0
  }

  async #edit(): Promise<void> {
    this.#editing = true
    this.#terminal.suspend()
    const opened = await openInEditor(this.#bench.program)
    // While an editor has the terminal, Ctrl-C is a signal, and may have ended the app.
    if (this.#isDisposed) return
    this.#terminal.resume()
    this.#editing = false
    if (!opened)
      this.#notice =
        'Could not start an editor. Open the file yourself, or set EDITOR to the command that starts yours.'
    this.#draw()
  }

  #draw(): void {
    if (this.#editing) return
    const { width, height, paint } = this.#terminal
    const canvas = { width, height, paint }
    this.#terminal.show(this.#page(canvas))
  }

  #page(canvas: { width: number; height: number; paint: Terminal['paint'] }): readonly string[] {
    if (this.#mode === 'end') return lastPage(this.#course, canvas)
    if (this.#mode === 'list') {
      const found = search(this.#around.catalog, this.#words)
      return listPage({ words: this.#words, found, cursor: this.#cursor }, this.#course, canvas)
    }
    const { entry, task, hint, solution, verdict, trouble } = this.#bench
    const notice = [this.#notice, trouble].filter(Boolean).join(' ')
    const shown = this.#showsSolution ? solution : undefined
    return exercisePage(
      { entry, task, hint, solution: shown, verdict, notice },
      this.#course,
      canvas,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    this.#terminal[Symbol.dispose]()
    await Promise.all([this.#previous, this.#bench[Symbol.asyncDispose](), this.#edited])
  }
}
