import { execa } from 'execa'

import { root } from './markdown.ts'

/** The environment in which the commands of a page run. */
export interface Stage {
  readonly env: Readonly<Record<string, string>>
  /** Converts a line of output to what a reader would see, with the usual ports. */
  readonly rewrite: (line: string) => string
  /** Converts a command on the page to the one that is run here. */
  readonly inFact: (line: string) => string
  /** Whether RabbitMQ runs in a container. */
  readonly rabbitMq: boolean
  /** The terminal in which `pnpm broker` runs, if the reader uses that broker. */
  readonly brokerTerminal?: Terminal
}

interface TerminalOptions {
  /** Gives programs a real terminal, for those that read the keyboard. Needs util-linux. */
  readonly keyboard?: boolean
}

/** Compose's progress. It differs from machine to machine, so no page shows it. */
const progress = /^ ?(Container|Network|Volume|Image) \S+ +\w+$/

/** How a program calls pnpm if npx started it. The pages are written for a reader who has pnpm. */
const byNpx = 'npx --yes pnpm'

/** One of the reader's terminals. It runs one program at a time, and shows stdout and stderr. */
export class Terminal implements AsyncDisposable {
  readonly #stage: Stage
  readonly #keyboard: boolean
  #process: ReturnType<typeof start> | undefined
  #command = ''
  #text = ''
  /** When something was last shown or typed. */
  #changed = 0

  constructor(stage: Stage, { keyboard = false }: TerminalOptions = {}) {
    this.#stage = stage
    this.#keyboard = keyboard
  }

  /** Starts a command, as a shell does when it was typed. */
  type(command: string): void {
    if (this.running) throw new Error(`"${this.#command}" still runs: the page shows no Ctrl-C`)
    this.#command = command
    this.#text = ''
    this.#changed = Date.now()
    this.#process = this.#keyboard ? this.#withKeyboard(command) : this.#withoutKeyboard(command)
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      this.#changed = Date.now()
    })
  }

  #withoutKeyboard(command: string): ReturnType<typeof start> {
    // The braces and the line end leave a comment or an "&&" to the shell. Ctrl-C must not reach cat.
    // cat reads ahead if we are slow: a program that had to wait for us would print its stderr before
    // the rest of its stdout.
    const shell = `{ ${this.#stage.inFact(command)}\n} 2>&1 | { trap '' INT; exec cat; }`
    return start(['bash', '-c', shell], { env: this.#stage.env, stdin: 'ignore' })
  }

  #withKeyboard(command: string): ReturnType<typeof start> {
    // Without echo, so that a pressed key does not appear in the output.
    const shell = `stty -echo; ${this.#stage.inFact(command)}`
    const env = { ...this.#stage.env, SHELL: '/bin/bash' }
    return start(['script', '-qefc', shell, '/dev/null'], { env, stdin: 'pipe' })
  }

  get running(): boolean {
    // The end of the output, because a program that the shell started can outlive the shell.
    return this.#process !== undefined && !this.#process.stdout.closed
  }

  /** The milliseconds since something was shown or typed. */
  get quietFor(): number {
    return Date.now() - this.#changed
  }

  /** The number of characters since the last `take`. */
  get size(): number {
    return this.#text.length
  }

  /** The lines since the last `take`. An unfinished one counts once the program has exited. */
  get lines(): readonly string[] {
    const lines = this.#text.replaceAll('\r', '').split('\n')
    const last = lines.pop()
    if (!this.running && last !== '' && last !== undefined) lines.push(last)
    return lines
      .filter((line) => !progress.test(line))
      .map((line) => this.#stage.rewrite(line).replaceAll(byNpx, 'pnpm'))
  }

  /** Returns the lines, and forgets them. */
  take(): readonly string[] {
    const { lines } = this
    this.#text = this.running ? this.#text.slice(this.#text.lastIndexOf('\n') + 1) : ''
    return lines
  }

  interrupt(): void {
    if (this.#keyboard) this.press('\u0003')
    else this.#signal('SIGINT')
  }

  /** Presses a key: '\r' is Enter. */
  press(key: string): void {
    this.#mustRun('a key')
    this.#process?.stdin?.write(key)
  }

  #signal(signal: NodeJS.Signals): void {
    this.#mustRun('Ctrl-C')
    const pid = this.#process?.pid
    if (pid !== undefined) process.kill(-pid, signal)
  }

  #mustRun(what: string): void {
    if (!this.running)
      throw new Error(`${what}, but "${this.#command}" has exited: ${this.lines.join(' / ')}`)
    // Restarts `quietFor`, so that the next key waits for the reaction to this one.
    this.#changed = Date.now()
  }

  /** Kills a program that is still running. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.running) return
    this.#signal('SIGKILL')
    await this.#process
  }
}

/** Starts a program in its own process group, so that Ctrl-C reaches everything that it starts. */
function start(
  [file = '', ...args]: readonly string[],
  { env, stdin }: { env: Readonly<Record<string, string>>; stdin: 'ignore' | 'pipe' },
) {
  return execa(file, args, {
    cwd: root,
    env,
    extendEnv: false,
    detached: true,
    stdin,
    stderr: 'inherit',
    buffer: false,
    reject: false,
  })
}
