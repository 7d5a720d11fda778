import { waitFor } from '@messaging-patterns/testkit'

import { difference, type Comparison } from './compare.ts'
import type { Terminal } from './terminal.ts'
import type { Block, Step } from './transcript.ts'

/** A block on its way through its steps. */
export interface Actor {
  readonly block: Block
  readonly terminal: Terminal
  /** Whether its last step leaves a program running, because the page comes back to it. */
  readonly goesOn: boolean
}

export interface SceneOptions {
  readonly comparison: Comparison
  /** Take what is shown for what should be: to write it into the page. */
  readonly record: boolean
  /** Milliseconds for one step. */
  readonly timeout: number
}

type State = 'not begun' | 'busy' | 'waiting' | 'before Ctrl-C' | 'done'

/**
 * Runs a group of blocks side by side. The next one begins when the one before has ended or its
 * program has shown its first line. Ctrl-C comes when all the others have shown what they are to
 * show, in the order of the blocks.
 */
export class Scene {
  readonly #actors: readonly Actor[]
  readonly #options: SceneOptions
  readonly #states = new Map<Actor, State>()
  readonly #found = new Map<Step, readonly string[]>()

  constructor(actors: readonly Actor[], options: SceneOptions) {
    this.#actors = actors
    this.#options = options
    for (const actor of actors) this.#states.set(actor, 'not begun')
  }

  /** What each step showed. Rejects with the first that showed something else. */
  async play(): Promise<ReadonlyMap<Step, readonly string[]>> {
    const failed = new AbortController()
    const playing = this.#actors.map(async (actor, index) => {
      try {
        await this.#turn(actor, index)
        for (const [number, step] of actor.block.steps.entries()) {
          failed.signal.throwIfAborted()
          await this.#play(actor, step, number)
        }
        this.#states.set(actor, 'done')
      } catch (error) {
        failed.abort(error)
        throw error
      }
    })
    await Promise.all(playing)
    return this.#found
  }

  /** Waits for the block before: a reader starts a consumer, sees that it waits, then goes on. */
  async #turn(actor: Actor, index: number): Promise<void> {
    const before = this.#actors[index - 1]
    if (before === undefined) return
    await this.#until(`the turn of ${actor.block.terminal}`, () => {
      const state = this.#states.get(before)
      if (state !== 'waiting') return state === 'done' || state === 'before Ctrl-C'
      // What only watches ends when it has seen everything.
      const { steps } = before.block
      return steps[0]?.act === 'watch' ? steps.length > 1 : before.terminal.lines.length > 0
    })
  }

  async #play(actor: Actor, step: Step, number: number): Promise<void> {
    const { block, terminal } = actor
    const next = block.steps[number + 1]
    const goesOn = next === undefined ? actor.goesOn : typeof next.act === 'string'
    if (step.act === 'Ctrl-C') {
      await this.#keyTurn(actor)
      terminal.interrupt()
    }
    this.#states.set(actor, goesOn ? 'waiting' : 'busy')
    if (step.act === 'Enter') await this.#ask(actor, step)
    if (typeof step.act === 'object') terminal.type(this.#options.comparison.inFact(step.act.type))
    try {
      await this.#until('it', () => this.#settled(actor, step, { number, goesOn }))
    } catch {
      throw mismatch(actor, step, terminal.lines)
    }
    const found = this.#found.get(step) ?? (await this.#answer(actor, step))
    this.#found.set(step, found)
    if (this.#options.record) this.#options.comparison.learn(step.shows, found)
    else if (!this.#matches(block, step, found)) throw mismatch(actor, step, found)
  }

  /** What was shown. RabbitMQ's figures lag by seconds: a reader asks again, and so is it here. */
  async #answer({ block, terminal }: Actor, step: Step): Promise<readonly string[]> {
    let found = terminal.take()
    const { act } = step
    if (typeof act === 'string' || !/(rabbitmqctl|pnpm broker) list_/.test(act.type)) return found
    const end = Date.now() + this.#options.timeout
    while (!this.#options.record && !this.#matches(block, step, found) && Date.now() < end) {
      terminal.type(act.type)
      await this.#until('the answer', () => !terminal.running)
      found = terminal.take()
    }
    return found
  }

  /** Presses Enter, like #answer, until the broker shows what the page shows. */
  async #ask(actor: Actor, step: Step): Promise<void> {
    const { block, terminal } = actor
    const end = Date.now() + this.#options.timeout
    for (;;) {
      terminal.take()
      terminal.press('\r')
      await this.#until('the answer', () => terminal.lines.length > 0 && terminal.quietFor > 250)
      if (this.#options.record || this.#matches(block, step, terminal.lines)) return
      if (Date.now() > end) throw mismatch(actor, step, terminal.lines)
    }
  }

  async #keyTurn(actor: Actor): Promise<void> {
    this.#states.set(actor, 'before Ctrl-C')
    await this.#until('the others', () => {
      const first = this.#actors.find((other) => this.#states.get(other) !== 'done')
      return first === actor && this.#allAt(['before Ctrl-C', 'done'])
    })
  }

  #allAt(states: readonly State[]): boolean {
    return [...this.#states.values()].every((state) => states.includes(state))
  }

  /** Whether the step has shown all that it will. */
  #settled(actor: Actor, step: Step, { number, goesOn }: { number: number; goesOn: boolean }) {
    const { block, terminal } = actor
    if (this.#found.has(step)) return true
    if (!terminal.running) return true
    if (!goesOn) return false
    // Three dots at the end say that more may come: what that is, a later block shows.
    if (this.#options.record && step.shows.at(-1) !== '...')
      return (
        this.#allAt(['waiting', 'before Ctrl-C', 'done']) &&
        // A program that showed more the last time may only be slow.
        terminal.quietFor > (terminal.lines.length < step.shows.length ? 10_000 : 2500)
      )
    // Comparing thousands of lines takes longer than printing them, and a program that had to wait for
    // us would print its stderr before the rest of its stdout. So we wait until all programs pause.
    const isLong = this.#actors.some((other) => other.terminal.size > 10_000)
    const isQuiet = this.#actors.every((other) => other.terminal.quietFor > 250)
    if (step.shows.at(-1) !== '...' && isLong && !isQuiet) return false
    if (block.shared) return this.#sharedIsThere(number)
    return this.#matches(block, step, terminal.lines)
  }

  #matches(block: Block, step: Step, found: readonly string[]): boolean {
    const { comparison } = this.#options
    if (block.shared) return true
    if (block.anyOrder) return comparison.matchesInAnyOrder(step.shows, found)
    return comparison.matches(step.shows, found)
  }

  /** The lines of several blocks, each of which gets some; all take theirs when all are there. */
  #sharedIsThere(number: number): boolean {
    const sharing = this.#actors.filter(({ block }) => block.shared)
    const steps = sharing.map(({ block }) => block.steps[number]?.shows ?? [])
    const found = sharing.map(({ terminal }) => terminal.lines)
    if (found.some((lines, i) => lines.length === 0 && steps[i]?.length !== 0)) return false
    if (!this.#options.comparison.matchesInAnyOrder(steps.flat(), found.flat())) return false
    for (const { block, terminal } of sharing) {
      const step = block.steps[number]
      if (step !== undefined) this.#found.set(step, terminal.take())
    }
    return true
  }

  async #until(what: string, probe: () => boolean): Promise<void> {
    await waitFor(what, probe, { timeout: this.#options.timeout })
  }
}

function mismatch({ block, terminal }: Actor, step: Step, found: readonly string[]): Error {
  const act = typeof step.act === 'object' ? `$ ${step.act.type}` : step.act
  const where = `the block in line ${block.fence.open + 1} (${block.terminal})`
  const state = terminal.running ? 'and its program still runs' : 'and its program has ended'
  return new Error(`${where}, after "${act}": ${difference(step.shows, found)}\n${state}`)
}
