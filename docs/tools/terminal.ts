import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

import { root } from './markdown.ts'

/** Where the commands of a page run. */
export interface Stage {
  readonly env: Readonly<Record<string, string>>
  /** Gives a line that was shown the names that it has for a reader: the usual ports. */
  readonly rewrite: (line: string) => string
  /** The inverse, for a line that is typed. */
  readonly inFact: (line: string) => string
  /** Whether there is a RabbitMQ in a container. */
  readonly rabbitMq: boolean
  /** The terminal in which `pnpm broker` runs, if that is the reader's broker. */
  readonly brokerTerminal?: Terminal
}

type Child = ChildProcessByStdio<Writable | null, Readable, null>

interface TerminalOptions {
  /** Give programs a real terminal, because they read from the keyboard; needs util-linux. */
  readonly keyboard?: boolean
}

/** What Compose says while it works; it looks different on each machine, and no page shows it. */
const progress = /^ ?(Container|Network|Volume|Image) \S+ +\w+$/

/** How a program calls pnpm when npx started it. The pages are written for a reader who has pnpm. */
const byNpx = 'npx --yes pnpm'

/** A terminal of the reader's: one program at a time, and what it shows, in one stream. */
export class Terminal implements AsyncDisposable {
  readonly #stage: Stage
  readonly #keyboard: boolean
  #child: Child | undefined
  #command = ''
  #text = ''
  /** When something was last shown, or typed. */
  #changed = 0

  constructor(stage: Stage, { keyboard = false }: TerminalOptions = {}) {
    this.#stage = stage
    this.#keyboard = keyboard
  }

  /** Starts a line of shell, as it was typed. */
  type(command: string): void {
    if (this.running) throw new Error(`"${this.#command}" still runs: the page shows no Ctrl-C`)
    this.#command = command
    this.#text = ''
    this.#changed = Date.now()
    this.#child = this.#keyboard ? this.#withKeyboard(command) : this.#withoutKeyboard(command)
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      this.#changed = Date.now()
    })
  }

  #withoutKeyboard(command: string): Child {
    // Braces and a line end, so that a comment or an "&&" is interpreted by the shell and not by us. A
    // process group, so that Ctrl-C reaches everything that it reaches in a terminal; but not cat,
    // which reads ahead if we are slow: a program that has to wait for us would print its stderr
    // before the rest of its stdout.
    const shown = `{ ${this.#stage.inFact(command)}\n} 2>&1 | { trap '' INT; exec cat; }`
    return spawn('bash', ['-c', shown], {
      cwd: root,
      detached: true,
      env: this.#stage.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  #withKeyboard(command: string): Child {
    // Without echo, so that a key that is pressed does not appear in the output.
    const shown = `stty -echo; ${this.#stage.inFact(command)}`
    return spawn('script', ['-qefc', shown, '/dev/null'], {
      cwd: root,
      detached: true,
      env: { ...this.#stage.env, SHELL: '/bin/bash' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
  }

  get running(): boolean {
    // Not the exit but the end of the output: what the shell started may outlive it.
    return this.#child !== undefined && !this.#child.stdout.closed
  }

  /** Milliseconds since something was shown or typed. */
  get quietFor(): number {
    return Date.now() - this.#changed
  }

  /** The lines that were shown since they were last taken; an unfinished one when nothing runs. */
  get lines(): readonly string[] {
    const lines = this.#text.replaceAll('\r', '').split('\n')
    const last = lines.pop()
    if (!this.running && last !== '' && last !== undefined) lines.push(last)
    return lines
      .filter((line) => !progress.test(line))
      .map((line) => this.#stage.rewrite(line).replaceAll(byNpx, 'pnpm'))
  }

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
    this.#child?.stdin?.write(key)
  }

  #signal(signal: NodeJS.Signals): void {
    this.#mustRun('Ctrl-C')
    const pid = this.#child?.pid
    if (pid !== undefined) process.kill(-pid, signal)
  }

  #mustRun(what: string): void {
    if (!this.running)
      throw new Error(`${what}, but "${this.#command}" has ended: ${this.lines.join(' / ')}`)
    // The quiet before it says nothing about the answer to it; a second one at once would be lost.
    this.#changed = Date.now()
  }

  /** Kills a program that is still running. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child === undefined || !this.running) return
    const closed = once(this.#child.stdout, 'close')
    this.#signal('SIGKILL')
    await closed
  }
}
