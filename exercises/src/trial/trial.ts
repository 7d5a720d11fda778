import { setTimeout as pause } from 'node:timers/promises'

import { Learner, type Call } from './learner.ts'
import { Network } from './network/network.ts'
import { Witness, type Message } from './witness.ts'
import { Busy, Wrong } from './wrong.ts'

/** How long a check waits, in milliseconds. */
export interface Timeouts {
  /** If nothing happens for this long, a condition that has not come true never will. */
  readonly quiet: number
  /** How long to watch for something that must not happen. */
  readonly moment: number
}

/** What to check, and where. */
export interface Setting {
  /** The file of the program, as the learner sees it. */
  readonly program: string
  /** The same program as Node runs it. */
  readonly compiled: string
  /** An empty virtual host. */
  readonly url: string
  readonly timeouts: Timeouts
  readonly signal?: AbortSignal | undefined
  /** Whether programs trace every await that they resume from. That is slow. */
  readonly traces?: boolean
}

/** How the world reacts to a call, and the value that the call returns, if any. */
type Part = (call: Call) => Promise<unknown> | number | void
type Probe = () => boolean | Promise<boolean>

/** Milliseconds between two evaluations of a condition. */
const tick = 10
/** Milliseconds after which a program without a connection has had enough time to exit. */
const longestExit = 5000
/** Milliseconds after which a check gives up, even if the program is still active. */
const longestWait = 15_000

/** What a check works with: the program, the broker, the network between them, and the world. */
export class Trial implements AsyncDisposable {
  readonly broker: Witness
  readonly network: Network
  readonly timeouts: Timeouts
  readonly #program: string
  readonly #compiled: string
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
    const { program, compiled, url, timeouts, signal, traces = false } = setting
    this.#traces = traces
    this.#signal = signal
    this.#program = program
    this.#compiled = compiled
    this.#url = url
    this.timeouts = timeouts
    this.broker = witness
    this.network = network
    this.#networks = [network]
  }

  static async begin(setting: Setting): Promise<Trial> {
    const witness = await Witness.connect(setting.url)
    return new Trial(setting, witness, await Network.start(setting.url))
  }

  /** Adds a second network to the same broker, which programs see as a second node. */
  async secondNetwork(): Promise<Network> {
    const network = await Network.start(this.#url)
    this.#networks.push(network)
    return network
  }

  /** Starts a process of the program. If it crashes, that is the verdict, unless it may. */
  start({ mayCrash = false } = {}): Learner {
    const urls = this.#networks.map(({ url }) => url).join(',')
    const [program, compiled, traces] = [this.#program, this.#compiled, this.#traces]
    const answerTimeout = 3 * this.timeouts.quiet
    const start = { program, compiled, url: urls, answerTimeout, traces }
    const learner = new Learner(start, (call) => this.#answer(call))
    this.#learners.push(learner)
    if (mayCrash) this.#mayCrash.add(learner)
    return learner
  }

  /** Sets how the world reacts to a call. By default it answers immediately. */
  world(name: string, part: Part): void {
    this.#parts.set(name, part)
  }

  async #answer(call: Call): Promise<number | undefined> {
    this.#calls.push(call)
    const value = await this.#parts.get(call.name)?.(call)
    if (!call.by.ended) this.#answered.add(call)
    return typeof value === 'number' ? value : undefined
  }

  /** All calls of this name, in order. */
  calls(name: string): readonly Call[] {
    return this.#calls.filter((call) => call.name === name)
  }

  /** The first argument of every call, whether it was answered or not. */
  asked(name: string): readonly string[] {
    return this.calls(name).map(({ about }) => about)
  }

  /** The first argument of every call that was answered without an error. */
  done(name: string): readonly string[] {
    return this.calls(name)
      .filter((call) => this.#answered.has(call))
      .map(({ about }) => about)
  }

  /** The first argument of every call that a running program is waiting for. */
  underWay(name: string): readonly string[] {
    return this.calls(name)
      .filter((call) => !this.#answered.has(call) && !call.by.ended)
      .map(({ about }) => about)
  }

  /** What the programs printed. */
  get output(): string {
    return this.#learners.map(({ output }) => output).join('')
  }

  /**
   * Waits for a condition and returns its value. If nothing happens anymore, throws the verdict that
   * `otherwise` returns; its argument says where the program waits and goes at the end of a sentence.
   */
  async until<T>(
    probe: () => T | undefined | false | Promise<T | undefined | false>,
    otherwise: (where: string) => string | Promise<string>,
    { quiet = () => this.timeouts.quiet }: { readonly quiet?: () => number } = {},
  ): Promise<T> {
    let [waited, silent, seen] = [0, 0, -1]
    for (;;) {
      this.#throwCrash()
      const before = performance.now()
      const value = await probe()
      if (value !== undefined && value !== false) return value
      await this.#tick()
      // Time in which this machine was busy with other things does not count.
      const passed = Math.min(performance.now() - before, 5 * tick)
      waited += passed
      silent = this.#happened() === seen && !this.#waitsForBroker() ? silent + passed : 0
      seen = this.#happened()
      if (silent < quiet() && waited < longestWait) continue
      const where = await this.#where()
      if (waited >= longestWait || (await this.#isIdle(seen)))
        throw new Wrong(await otherwise(where))
      silent = 0
    }
  }

  /** A program that has said where it waits has also had the time to do something. */
  async #isIdle(seen: number): Promise<boolean> {
    await this.#tick()
    return this.#happened() === seen && !this.#loads()
  }

  #throwCrash(): void {
    for (const learner of this.#learners)
      if (learner.crashed && !this.#mayCrash.has(learner)) throw learner.crash()
  }

  /** Waits until the programs have this many consumers and are idle. */
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

  /** Waits a moment for a condition that may never come true; the check decides what that means. */
  async settles(probe: Probe, moment = this.timeouts.moment): Promise<void> {
    for (let waited = 0; waited < moment; waited += tick) {
      if (await probe()) return
      await this.#tick()
    }
  }

  /** Waits until nothing has happened for a short time. */
  async rest(): Promise<void> {
    let [silent, seen] = [0, -1]
    // A program that is never idle is not waited for forever.
    for (let waited = 0; waited < 2000 && silent < this.timeouts.moment / 4; waited += tick) {
      await this.#tick()
      const happened = this.#happened()
      const isBusy = this.#loads() || this.#waitsForBroker()
      silent = happened === seen && !isBusy ? silent + tick : 0
      seen = happened
    }
  }

  /** Waits for a program to exit. If it does not, `where` says where it waits. */
  async ends(learner: Learner): Promise<{ readonly ended: boolean; readonly where: string }> {
    try {
      await this.until(
        () => learner.ended && !learner.crashed,
        (where) => where,
        // Without a connection it is about to exit, which can take a while on a busy machine.
        { quiet: () => (this.#isConnected() ? this.timeouts.quiet : longestExit) },
      )
      return { ended: true, where: '' }
    } catch (error) {
      if (!(error instanceof Wrong) || error instanceof Busy || learner.crashed) throw error
      return { ended: false, where: error.message }
    }
  }

  /** The verdict on a program that does not exit. */
  stillRunning(where: string): Wrong {
    const why = this.#isConnected() ? ': its connection is still open' : ''
    return new Wrong(`Your program does not exit${why}${where}.`)
  }

  #isConnected(): boolean {
    return this.#networks.some(({ open }) => open > 0)
  }

  /**
   * Drains a queue whose consumer is gone. The broker requeues unacknowledged messages, which can
   * take a moment, so this tries again until it has as many messages as are wanted.
   */
  async collect(queue: string, wanted: number): Promise<readonly Message[]> {
    const found = [...(await this.broker.drain(queue))]
    for (let waited = 0; found.length < wanted && waited < this.timeouts.quiet; waited += tick) {
      await this.#tick()
      found.push(...(await this.broker.drain(queue)))
    }
    return found
  }

  async #tick(): Promise<void> {
    await pause(tick, undefined, { signal: this.#signal })
  }

  #loads(): boolean {
    return this.#learners.some(({ loads }) => loads)
  }

  #waitsForBroker(): boolean {
    return this.#networks.some(({ waitsForBroker }) => waitsForBroker)
  }

  /** A number that grows whenever anything happens. */
  #happened(): number {
    return (
      this.#networks.reduce((sum, { passed }) => sum + passed, 0) +
      this.#learners.reduce(
        // A program that has just been loaded is about to do something.
        (sum, { output, ended, loads }) => sum + output.length + Number(ended) + Number(!loads),
        0,
      ) +
      this.#calls.length +
      this.#answered.size
    )
  }

  async #where(): Promise<string> {
    for (const learner of this.#learners) {
      if (learner.ended) continue
      const place = await learner.waitsAt()
      if (place === 'busy' && learner.loads) continue
      if (place === 'busy') throw new Busy(learner.resumedAt)
      if (place !== undefined) return `; your program waits at ${place}`
    }
    return ''
  }

  /** Watches for a moment, in which the condition must not come true. */
  async calm(probe: Probe, otherwise: () => string): Promise<void> {
    for (let waited = 0; waited < this.timeouts.moment; waited += tick) {
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
