import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { describeCrash, placeIn } from './crash.ts'
import { Wrong } from './wrong.ts'

const leash = new URL('leash.mjs', import.meta.url).href
const folder = fileURLToPath(new URL('../..', import.meta.url))

/** Milliseconds after which a program that does nothing is no longer believed to be loading. */
const longestStart = 15_000

/** A call from a program to the world. */
export interface Call {
  readonly name: string
  /** The first argument, usually an order. */
  readonly about: string
  readonly args: readonly string[]
  readonly by: Learner
  /** When the program made the call, in milliseconds since the epoch. */
  readonly at: number
}

/** Answers a call by resolving, if need be with a value, or makes it fail by rejecting. */
export type Answer = (call: Call) => Promise<number | void>

interface Message {
  readonly call?: number
  readonly name: string
  readonly args: readonly string[]
  readonly at: number
  readonly where?: string
  readonly connects?: boolean
}

/** How a program ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

interface Start {
  /** The file of the program, as the learner sees it. */
  readonly program: string
  /** The same program as Node runs it. */
  readonly compiled: string
  readonly url: string
  /** Milliseconds after which a program that does not respond is stuck. */
  readonly answerTimeout: number
  /** Whether it traces every await that it resumes from. */
  readonly traces: boolean
}

/** A process that runs the learner's program. */
export class Learner implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #program: string
  readonly #answerTimeout: number
  readonly #exited: Promise<unknown>
  readonly #startedAt = performance.now()
  /** Those who have asked where it waits. */
  readonly #asking: ((where: string) => void)[] = []
  #connects = false
  #runs = false
  #stdout = ''
  #stderr = ''
  #killed = false

  constructor({ program, compiled, url, answerTimeout, traces }: Start, answer: Answer) {
    this.#program = program
    this.#answerTimeout = answerTimeout
    const args = ['--enable-source-maps', '--import', leash, compiled]
    this.#child = spawn(process.execPath, args, {
      cwd: folder,
      env: {
        ...process.env,
        AMQP_URL: url,
        NO_COLOR: '1',
        EXERCISES_PROGRAM: program,
        ...(traces && { EXERCISES_TRACE: 'yes' }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#child.on('message', (message: Message) => void this.#received(message, answer))
    // The program may be gone when an answer is sent. That is an error event, on which once() would
    // reject.
    this.#child.on('error', () => {})
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', resolve)
    })
  }

  async #received(message: Message, answer: Answer): Promise<void> {
    const { call, name, args, at, where, connects } = message
    if (connects === true) this.#connects = true
    if (where !== undefined) for (const resolve of this.#asking.splice(0)) resolve(where)
    if (call === undefined) return
    try {
      const value = await answer({ name, args, about: args[0] ?? '', by: this, at })
      this.#say({ call, value })
    } catch (error) {
      this.#say({ call, error: error instanceof Error ? error.message : String(error) })
    }
  }

  #say(message: object): void {
    if (this.#child.connected) this.#child.send(message)
  }

  /** What the program and Node printed. */
  get output(): string {
    return (this.#stdout + this.#stderr).replaceAll(/^awaited at .*\n/gm, '')
  }

  /**
   * Whether Node is still loading it. On a busy machine that can take many seconds. It is loaded when
   * it has tried to connect to anything, or has said where it waits.
   */
  get loads(): boolean {
    const age = performance.now() - this.#startedAt
    return !this.ended && !this.#connects && !this.#runs && age < longestStart
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Whether it ended with an error of its own. */
  get crashed(): boolean {
    return this.ended && !this.#killed && this.#child.exitCode !== 0
  }

  /** Resolves when the program has ended. */
  async end(): Promise<Ending> {
    await this.#exited
    return { code: this.#child.exitCode, signal: this.#child.signalCode }
  }

  /**
   * Ends it like a power failure, but only after everything it has written so far has left the
   * process. Otherwise the result of a check would depend on a race.
   */
  async kill(): Promise<void> {
    await this.#stack()
    await this.#end()
  }

  async #end(): Promise<void> {
    this.#killed = true
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  /** Sends SIGTERM, which asks the program to stop. Resolves when it has reacted, or exited. */
  async terminate(): Promise<void> {
    this.#killed = true
    if (process.platform === 'win32') this.#say({ signal: 'SIGTERM' })
    else this.#child.kill('SIGTERM')
    await this.#stack()
  }

  /** The line at which it waits, or "busy" if it does not respond. */
  async waitsAt(): Promise<string | undefined> {
    const stack = await this.#stack()
    if (stack === undefined) return 'busy'
    const place = placeIn(stack, this.#program)
    if (place !== undefined) this.#runs = true
    return place
  }

  /** The line of the last await that it resumed from, if it was started with tracing. */
  get resumedAt(): string | undefined {
    const [last = ''] = this.#stderr.match(/^awaited at .*$/gm)?.slice(-1) ?? []
    return placeIn(last, this.#program)
  }

  /** The stack of the promise that it waits for; undefined if it does not respond. */
  async #stack(): Promise<string | undefined> {
    if (!this.#child.connected) return ''
    const answer = new Promise<string>((resolve) => {
      this.#asking.push(resolve)
      this.#say({ where: '' })
    })
    const late = pause(this.#answerTimeout, undefined, { ref: false })
    return Promise.race([answer, this.#exited.then(() => ''), late])
  }

  /** Why it crashed, in one line. */
  crash(): Wrong {
    return new Wrong(describeCrash(this.#stderr, this.#program))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end()
  }
}
