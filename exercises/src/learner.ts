import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { describeCrash, placeIn } from './crash.ts'
import { Wrong } from './wrong.ts'

const leash = new URL('leash.mjs', import.meta.url).href
const folder = fileURLToPath(new URL('..', import.meta.url))

/** A request of the program to the world outside. */
export interface Call {
  readonly name: string
  /** Its first argument, in most cases an order. */
  readonly about: string
  readonly args: readonly string[]
  readonly by: Learner
  /** When the program asked, in milliseconds, by the clock that all programs share. */
  readonly at: number
}

/** Answers a call when it resolves; what it rejects with, the program's call rejects with. */
export type Answer = (call: Call) => Promise<void>

interface Message {
  readonly call?: number
  readonly name: string
  readonly args: readonly string[]
  readonly at: number
  readonly where?: string
}

/** How a program ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

interface Start {
  readonly program: string
  readonly url: string
  /** Whether it writes down each await that it goes on from. */
  readonly traces: boolean
}

/** A process of the learner's program. */
export class Learner implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #program: string
  readonly #exited: Promise<unknown>
  #stdout = ''
  #stderr = ''
  #killed = false

  constructor({ program, url, traces }: Start, answer: Answer) {
    this.#program = program
    this.#child = spawn(process.execPath, ['--import', 'tsx', '--import', leash, program], {
      cwd: folder,
      env: {
        ...process.env,
        AMQP_URL: url,
        NO_COLOR: '1',
        ...(traces && { EXERCISES_TRACE: 'yes' }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text))
    this.#child.on('message', (message: Message) => void this.#called(message, answer))
    // A program that has died meanwhile needs no answer.
    this.#child.on('error', () => {})
    this.#exited = once(this.#child, 'close')
  }

  async #called({ call, name, args, at }: Message, answer: Answer): Promise<void> {
    if (call === undefined) return
    try {
      await answer({ name, args, about: args[0] ?? '', by: this, at })
      this.#say({ call })
    } catch (error) {
      this.#say({ call, error: error instanceof Error ? error.message : String(error) })
    }
  }

  #say(message: object): void {
    if (this.#child.connected) this.#child.send(message)
  }

  /** What it has printed, and what Node has printed of it. */
  get output(): string {
    return (this.#stdout + this.#stderr).replaceAll(/^awaited at .*\n/gm, '')
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Whether it ended by itself, and not well. */
  get crashed(): boolean {
    return this.ended && !this.#killed && this.#child.exitCode !== 0
  }

  /** Resolves when the program has ended, however that was. */
  async end(): Promise<Ending> {
    await this.#exited
    return { code: this.#child.exitCode, signal: this.#child.signalCode }
  }

  /**
   * Ends it as a power cut does. What the program has written to the network so far is out: a check
   * that kills a program in the middle of its work must not depend on a race.
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

  /** Asks it to stop, as who deploys it does; it may finish what it has begun. */
  terminate(): void {
    this.#killed = true
    if (process.platform === 'win32') this.#say({ signal: 'SIGTERM' })
    else this.#child.kill('SIGTERM')
  }

  /** The line at which it waits, or "busy" when it does not answer. */
  async waitsAt(): Promise<string | undefined> {
    const stack = await this.#stack()
    return stack === undefined ? 'busy' : placeIn(stack, this.#program)
  }

  /** The line of the await that it went on from last, if it was started to trace that. */
  get wentOnFrom(): string | undefined {
    const [last = ''] = this.#stderr.match(/^awaited at .*$/gm)?.slice(-1) ?? []
    return placeIn(last, this.#program)
  }

  /** The stack of what it waits for; undefined when it is too busy to say. */
  async #stack(): Promise<string | undefined> {
    if (!this.#child.connected) return ''
    const answer = new Promise<string>((resolve) => {
      this.#child.on('message', ({ where }: Message) => {
        if (where !== undefined) resolve(where)
      })
      this.#say({ where: '' })
    })
    const late = pause(1000, undefined, { ref: false })
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
