import type { ProgramEnd, RunningProgram, TerminalLine } from '../engine/index.ts'
import { button, element } from './dom.ts'

export interface TerminalOptions {
  /** What is above the terminal: `worker 1`. */
  readonly name: string
  /** Starts the program, or starts it again. */
  readonly onRun: () => void
}

/** More lines than a reader scrolls back to. */
const longest = 300

/** The terminal of a program, with the keys and signals that end or pause it. */
export class TerminalView {
  readonly element: HTMLElement
  readonly #screen = element('pre', { class: 'mp-screen', tabindex: '0', role: 'log' })
  readonly #state = element('span', { class: 'mp-state' })
  readonly #run: HTMLButtonElement
  readonly #pause: HTMLButtonElement
  readonly #whileRunning: readonly HTMLButtonElement[]
  #program: RunningProgram | undefined

  constructor({ name, onRun }: TerminalOptions) {
    this.#screen.setAttribute('aria-label', `The terminal of ${name}`)
    const named = (text: string): Record<string, string> => ({ 'aria-label': `${text}: ${name}` })
    this.#run = button('Run', onRun, named('Run'))
    this.#pause = button('Pause', () => this.#togglePause(), named('Pause'))
    this.#whileRunning = [
      button('Ctrl-C', () => this.#interrupt(), named('Ctrl-C')),
      button('kill -9', () => this.#program?.kill(), named('kill -9')),
      this.#pause,
    ]
    const keys = element('span', { class: 'mp-keys' }, this.#run, ...this.#whileRunning)
    const title = element('h4', {}, this.#state, name)
    const head = element('header', {}, title, keys)
    this.element = element(
      'section',
      { class: 'mp-terminal', 'aria-label': name },
      head,
      this.#screen,
    )
    this.#showState()
  }

  /** The program has started, paused, continued or ended. */
  show(program: RunningProgram): void {
    if (this.#program !== program) {
      this.#program = program
      this.#add(`$ ${commandOf(program)}`, 'mp-typed')
      void program.ended.then((end) => this.#showEnd(program, end))
    }
    this.#showState()
  }

  print({ text, stream, problem }: TerminalLine): void {
    // A program prints its own errors to stderr. On stdout, `error:` is a part of its output.
    const isError = stream === 'stderr' && text.startsWith('error: ')
    this.#add(text, problem !== undefined || isError ? 'mp-problem' : `mp-${stream}`)
  }

  /** Forgets the program, which is gone, and what it printed. */
  clear(): void {
    this.#program = undefined
    this.#screen.replaceChildren()
    this.#showState()
  }

  #add(text: string, kind: string): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#screen
    const isAtEnd = scrollTop + clientHeight > scrollHeight - 8
    this.#screen.append(element('span', { class: kind }, `${text}\n`))
    while (this.#screen.childElementCount > longest) this.#screen.firstElementChild?.remove()
    // A reader who has scrolled back stays where they are.
    if (isAtEnd) this.#screen.scrollTop = this.#screen.scrollHeight
  }

  #interrupt(): void {
    this.#add('^C', 'mp-stderr')
    this.#program?.interrupt()
  }

  #togglePause(): void {
    if (this.#program?.state === 'paused') this.#program.resume()
    else this.#program?.pause()
  }

  #showEnd(program: RunningProgram, { code, signal }: ProgramEnd): void {
    if (program !== this.#program) return
    if (signal === 'SIGKILL') this.#add('killed', 'mp-problem')
    else if (code !== undefined && code !== 0) this.#add(`exit code ${code}`, 'mp-problem')
  }

  #showState(): void {
    const state = this.#program?.state ?? 'ended'
    const isRunning = state !== 'ended'
    this.#state.dataset['state'] = state
    this.#run.hidden = isRunning
    for (const each of this.#whileRunning) each.hidden = !isRunning
    const pause = state === 'paused' ? 'Continue' : 'Pause'
    const [, name = ''] = (this.#pause.getAttribute('aria-label') ?? '').split(': ')
    this.#pause.textContent = pause
    this.#pause.setAttribute('aria-label', `${pause}: ${name}`)
  }
}

/** What a reader would type: `pnpm topics consumer "kern.*"`, or `node producer.ts` for a program of their own. */
function commandOf({ spec: { program, argv } }: RunningProgram): string {
  const words = argv.map((word) => (/^[\w./:=-]+$/.test(word) ? word : `"${word}"`))
  const [lesson = '', name = ''] = program.split('/')
  const command = lesson === 'own' ? ['node', `${name}.ts`] : ['pnpm', lesson, name]
  return [...command, ...words].join(' ')
}
