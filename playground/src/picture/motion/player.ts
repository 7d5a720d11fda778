import type { Movement, Span, Update } from '../state/update.ts'
import { Schedule, type Moved, type Pace, type Step } from './schedule.ts'
import { Ways, type DeadLetterExchange, type Way } from './ways.ts'

/** Many messages on the same way. */
export interface Pulse {
  readonly way: Way
  readonly count: number
  readonly start: number
  readonly end: number
}

export interface PlayerOptions {
  readonly pace: Pace
  readonly deadLetterExchange: DeadLetterExchange
  /** A message leaves. */
  readonly onBegin: (step: Step) => void
  /** It arrives. */
  readonly onEnd: (step: Step) => void
  readonly onPulse: (pulse: Pulse) => void
}

/** From this many messages on their way, they are shown as pulses with a number. */
export const mostMessages = 200

/** In pulses, everything that happened in this many milliseconds is shown at once. */
const window = 450
/** With fewer movements in a window, single messages are shown again. */
const fewMovements = 30
/** So far behind, in milliseconds, the picture goes faster, and then does not wait anymore. */
const [hurry, tooFar] = [2500, 45_000]

/** If the broker's time is so far ahead of the picture's, in milliseconds, one of them stood still. */
const tooFarAhead = 250

interface Pending {
  readonly step: Step
  begun: boolean
}

/**
 * Plays updates in a time of its own, which `advance` moves on: at a human pace, unless it is decided when
 * movements are shown.
 */
export class Player {
  readonly #options: PlayerOptions
  readonly #ways: Ways
  readonly #schedule: Schedule
  #now = 0
  /** From the broker's time to the picture's, if it is decided when movements are shown. */
  #offset: number | undefined
  #pending: Pending[] = []
  #deferred: { readonly at: number; readonly task: () => void }[] = []
  /** What the next pulses show; undefined while single messages are shown. */
  #window: { readonly end: number; readonly updates: Moved[] } | undefined

  constructor(options: PlayerOptions) {
    this.#options = options
    this.#ways = new Ways(options.deadLetterExchange)
    this.#schedule = new Schedule(options.pace)
  }

  get now(): number {
    return this.#now
  }

  /** Whether there are too many messages to show each of them. */
  get isAggregated(): boolean {
    return this.#window !== undefined
  }

  /** Whether nothing will change without another update. */
  get isIdle(): boolean {
    return this.#pending.length + this.#deferred.length === 0 && this.#window === undefined
  }

  /** Returns the ways of its movements. */
  add({ movements, time }: Update): readonly Moved[] {
    const played = movements.map((movement, i) => ({
      movement,
      time,
      way: this.#ways.of(movement, movements.slice(i + 1, i + 100)),
    }))
    this.#setOffset(movements, time)
    if (this.#window === undefined) this.#plan(played)
    else this.#window.updates.push(...played)
    if (this.#window === undefined && this.#isTooMuch()) this.#aggregate()
    return played
  }

  /** Does something when everything has been shown that has happened until now. */
  defer(task: () => void): void {
    this.#deferred.push({ at: Math.max(this.#now, this.#schedule.end), task })
  }

  /** Moves time on by some milliseconds, or by more if the picture is behind. */
  advance(milliseconds: number): void {
    this.#now += milliseconds * this.#speed
    if (this.#window !== undefined && this.#now >= this.#window.end) this.#showWindow(this.#window)
    if (this.#window !== undefined) return
    for (const { run } of this.#due()) run()
    this.#pending = this.#pending.filter(({ step }) => step.end > this.#now)
    this.#runDeferred()
  }

  get #speed(): number {
    const behind = this.#offset === undefined ? this.#schedule.end - this.#now : 0
    return behind <= hurry ? 1 : Math.min(6, 1 + (behind - hurry) / 3000)
  }

  /** It changes rarely, because what is on its way would arrive in another order. */
  #setOffset(movements: readonly Movement[], time: number): void {
    if (movements.length === 0) return
    if (movements.some(({ shown }) => shown === undefined)) this.#offset = undefined
    else {
      const offset = this.#now - time
      const isStale = this.#offset === undefined || offset > this.#offset + tooFarAhead
      if (isStale || this.#pending.length === 0) this.#offset = offset
    }
  }

  #plan(played: readonly Moved[]): void {
    for (const moved of played) {
      const step = this.#schedule.add(moved, this.#now, this.#decided(moved))
      this.#pending.push({ step, begun: false })
    }
  }

  #decided({ movement: { shown }, way }: Moved): Span | undefined {
    if (shown === undefined || this.#offset === undefined) return undefined
    const end = shown.end + this.#offset
    // If nothing may move, messages change their places when they would have arrived.
    const isStill = this.#options.pace.hop === 0 && way !== undefined
    return { start: isStill ? end : shown.start + this.#offset, end }
  }

  /** The beginnings and ends that are due, in the order of their times. */
  #due(): readonly { readonly at: number; readonly run: () => void }[] {
    const due: { readonly at: number; readonly run: () => void }[] = []
    for (const pending of this.#pending) {
      const { step, begun } = pending
      if (!begun && step.start <= this.#now) {
        pending.begun = true
        due.push({ at: step.start, run: () => this.#options.onBegin(step) })
      }
      if (step.end <= this.#now) due.push({ at: step.end, run: () => this.#options.onEnd(step) })
    }
    return due.toSorted((a, b) => a.at - b.at)
  }

  #runDeferred(now = this.#now): void {
    const due = this.#deferred.filter(({ at }) => at <= now)
    if (due.length === 0) return
    this.#deferred = this.#deferred.filter(({ at }) => at > now)
    for (const { task } of due) task()
  }

  #isTooMuch(): boolean {
    if (this.#schedule.end - this.#now > tooFar) return true
    if (this.#pending.length <= mostMessages) return false
    return new Set(this.#pending.map(({ step }) => messageOf(step.movement))).size > mostMessages
  }

  /** What has left arrives now; everything else becomes the first pulses. */
  #aggregate(): void {
    for (const { step, begun } of this.#pending) if (begun) this.#options.onEnd(step)
    const waiting = this.#pending.filter(({ begun }) => !begun)
    this.#window = { end: this.#now, updates: waiting.map(({ step }) => step) }
    this.#pending = []
    this.#schedule.clear()
  }

  #showWindow({ updates }: { readonly updates: readonly Moved[] }): void {
    const counts = new Map<string, { readonly way: Way; count: number }>()
    for (const moved of updates) {
      const { movement, way } = moved
      const step = { ...moved, start: this.#now, end: this.#now }
      this.#options.onBegin(step)
      this.#options.onEnd(step)
      if (way === undefined || movement.type === 'acked') continue
      const key = `${way.from} ${way.to}`
      counts.set(key, { way, count: (counts.get(key)?.count ?? 0) + 1 })
    }
    this.#runDeferred(Infinity)
    const end = this.#now + Math.max(window, this.#options.pace.hop)
    for (const { way, count } of counts.values())
      this.#options.onPulse({ way, count, start: this.#now, end })
    this.#window =
      updates.length < fewMovements ? undefined : { end: this.#now + window, updates: [] }
  }
}

function messageOf(movement: Movement): number | undefined {
  return 'message' in movement ? movement.message : undefined
}
