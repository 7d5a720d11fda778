import { setTimeout as pause } from 'node:timers/promises'

import { Learner, type Call } from './learner.ts'
import { Network } from './network.ts'
import { Witness, type Message } from './witness.ts'
import { Busy, Wrong } from './wrong.ts'

/** How long a check waits, in milliseconds. */
export interface Patience {
  /** When nothing at all has happened for so long, what should happen will not. */
  readonly quiet: number
  /** Within this time what should not happen would have happened. */
  readonly moment: number
}

/** What a check is about to judge, and where. */
export interface Setting {
  /** The file of the program. */
  readonly program: string
  /** An empty virtual host. */
  readonly url: string
  readonly patience: Patience
  readonly signal?: AbortSignal | undefined
  /** Whether programs write down each await that they go on from: slow, and only for a busy one. */
  readonly traces?: boolean
}

/** What the world does when a program asks it for something. */
type Part = (call: Call) => Promise<unknown> | void

/** Milliseconds between two looks at a condition. */
const tick = 10
/** Milliseconds, at least, for a program to start, and to be busy with no result. */
const longest = 10_000

/** The program of an exercise in the hands of its check, with the broker and the world around it. */
export class Trial implements AsyncDisposable {
  readonly broker: Witness
  readonly network: Network
  readonly patience: Patience
  readonly #program: string
  readonly #signal: AbortSignal | undefined
  readonly #traces: boolean
  readonly #url: string
  readonly #parts = new Map<string, Part>()
  readonly #calls: Call[] = []
  readonly #answered = new Set<Call>()
  readonly #learners: Learner[] = []
  readonly #mayCrash = new Set<Learner>()
  readonly #networks: Network[]

  private constructor(setting: Setting, witness: Witness, network: Network) {
    const { program, url, patience, signal, traces = false } = setting
    this.#traces = traces
    this.#signal = signal
    this.#program = program
    this.#url = url
    this.patience = patience
    this.broker = witness
    this.network = network
    this.#networks = [network]
  }

  static async begin(setting: Setting): Promise<Trial> {
    const witness = await Witness.connect(setting.url)
    return new Trial(setting, witness, await Network.start(setting.url))
  }

  /** A second way to the same broker, as if it were another node; programs know of both. */
  async secondNetwork(): Promise<Network> {
    const network = await Network.start(this.#url)
    this.#networks.push(network)
    return network
  }

  /** Starts a process of the program. If it crashes that is the verdict, unless it may. */
  start({ mayCrash = false } = {}): Learner {
    const urls = this.#networks.map(({ url }) => url).join(',')
    const start = { program: this.#program, url: urls, traces: this.#traces }
    const learner = new Learner(start, (call) => this.#answer(call))
    this.#learners.push(learner)
    if (mayCrash) this.#mayCrash.add(learner)
    return learner
  }

  /** Says what the world does for a call; without this it answers at once. */
  world(name: string, part: Part): void {
    this.#parts.set(name, part)
  }

  async #answer(call: Call): Promise<void> {
    this.#calls.push(call)
    await this.#parts.get(call.name)?.(call)
    if (!call.by.ended) this.#answered.add(call)
  }

  /** The calls of that name, in their order. */
  calls(name: string): readonly Call[] {
    return this.#calls.filter((call) => call.name === name)
  }

  /** What was asked for, whatever became of it: the first argument of each call. */
  asked(name: string): readonly string[] {
    return this.calls(name).map(({ about }) => about)
  }

  /** What was done: the first argument of each call that was answered without an error. */
  done(name: string): readonly string[] {
    return this.calls(name)
      .filter((call) => this.#answered.has(call))
      .map(({ about }) => about)
  }

  /** What is under way now: called by a program that runs, and not answered. */
  underWay(name: string): readonly string[] {
    return this.calls(name)
      .filter((call) => !this.#answered.has(call) && !call.by.ended)
      .map(({ about }) => about)
  }

  /** What the programs have printed. */
  get output(): string {
    return this.#learners.map(({ output }) => output).join('')
  }

  /**
   * Waits for a condition, and gives up when nothing happens any more. The verdict is then what
   * `otherwise` says; it is told where the program waits, as the end of a sentence.
   */
  async until<T>(
    probe: () => T | undefined | false | Promise<T | undefined | false>,
    otherwise: (where: string) => string | Promise<string>,
    { quiet = this.patience.quiet }: { readonly quiet?: number } = {},
  ): Promise<T> {
    let [waited, silent, seen] = [0, 0, -1]
    while (waited < longest && silent < quiet) {
      const before = performance.now()
      const value = await probe()
      if (value !== undefined && value !== false) return value
      for (const learner of this.#learners)
        if (learner.crashed && !this.#mayCrash.has(learner)) throw learner.crash()
      await this.#tick()
      // A machine that was busy with other things has not waited.
      const passed = Math.min(performance.now() - before, 5 * tick)
      const happened = this.#happened()
      waited += passed
      silent = happened === seen && !this.#starting() ? silent + passed : 0
      seen = happened
    }
    throw new Wrong(await otherwise(await this.#where()))
  }

  /** Waits until so many consumers of the programs are there, and the programs have come to rest. */
  async consuming(consumers = 1): Promise<void> {
    const { traffic } = this.network
    await this.until(
      () => traffic.consumers >= consumers,
      (where) =>
        traffic.consumers === 0
          ? `Your program consumes from no queue${where}.`
          : `Your program consumes ${traffic.consumers} of ${consumers} times${where}.`,
    )
    await this.rest()
  }

  /** Waits for a condition that may never come true: that is for the check to judge. */
  async settles(probe: () => boolean | Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < this.patience.moment; waited += tick) {
      if (await probe()) return
      await this.#tick()
    }
  }

  /** Waits until nothing has happened for a short while. */
  async rest(): Promise<void> {
    let [silent, seen] = [0, -1]
    while (silent < this.patience.moment / 4) {
      await this.#tick()
      const happened = this.#happened()
      silent = happened === seen ? silent + tick : 0
      seen = happened
    }
  }

  /** Waits for a program to end well; otherwise resolves with where it waits. Throws its crash. */
  async ends(learner: Learner): Promise<{ readonly ended: boolean; readonly where: string }> {
    try {
      await this.until(
        () => learner.ended && !learner.crashed,
        (where) => where,
      )
      return { ended: true, where: '' }
    } catch (error) {
      if (!(error instanceof Wrong) || error instanceof Busy || learner.crashed) throw error
      return { ended: false, where: error.message }
    }
  }

  /**
   * Takes the messages out of a queue whose consumer is gone. The broker requeues what that one did
   * not settle, which may take a moment: asks again until there are as many as are wanted.
   */
  async collect(queue: string, wanted: number): Promise<readonly Message[]> {
    const found = [...(await this.broker.drain(queue))]
    for (let waited = 0; found.length < wanted && waited < this.patience.quiet; waited += tick) {
      await this.#tick()
      found.push(...(await this.broker.drain(queue)))
    }
    return found
  }

  async #tick(): Promise<void> {
    await pause(tick, undefined, { signal: this.#signal })
  }

  /** Whether a program is still being loaded: it has not come to the network yet. */
  #starting(): boolean {
    const running = this.#learners.filter(({ ended }) => !ended)
    const connections = this.#networks.reduce((sum, network) => sum + network.connections, 0)
    return running.length > 0 && connections < this.#learners.length
  }

  /** Grows whenever anything happens. */
  #happened(): number {
    return (
      this.#networks.reduce((sum, { passed }) => sum + passed, 0) +
      this.#learners.reduce((sum, { output, ended }) => sum + output.length + Number(ended), 0) +
      this.#calls.length +
      this.#answered.size
    )
  }

  async #where(): Promise<string> {
    for (const learner of this.#learners) {
      if (learner.ended) continue
      const place = await learner.waitsAt()
      if (place === 'busy') throw new Busy(learner.wentOnFrom)
      if (place !== undefined) return `; your program waits at ${place}`
    }
    return ''
  }

  /** Waits a moment, in which the condition must not come true. */
  async calm(probe: () => boolean | Promise<boolean>, otherwise: () => string): Promise<void> {
    for (let waited = 0; waited < this.patience.moment; waited += tick) {
      if (await probe()) throw new Wrong(otherwise())
      await this.#tick()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#learners.map((learner) => learner[Symbol.asyncDispose]()))
    await Promise.all(this.#networks.map((network) => network[Symbol.asyncDispose]()))
    await this.broker[Symbol.asyncDispose]()
  }
}
