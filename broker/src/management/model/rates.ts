import type { Clock } from '../../time/clock.ts'

/** Milliseconds between two samples, as with RabbitMQ. */
const interval = 5000

/** Numbers of a queue or a connection, by RabbitMQ's names for them. */
export type Numbers = Readonly<Record<string, number>>

/** Something with numbers that change. */
export type Measured = readonly [subject: object, numbers: Numbers]

interface Sample {
  readonly at: number
  readonly numbers: Numbers
  /** How the numbers have changed per second since the sample before. */
  readonly rates: Numbers
}

/** How fast numbers change: from samples that are taken every five seconds. */
export class Rates implements Disposable {
  readonly #clock: Clock
  readonly #measure: () => Iterable<Measured>
  readonly #samples = new WeakMap<object, Sample>()
  #timer: Disposable

  constructor(clock: Clock, measure: () => Iterable<Measured>) {
    this.#clock = clock
    this.#measure = measure
    this.#timer = clock.after(interval, () => this.#sample())
  }

  /** The numbers with their rates, in the form of RabbitMQ. Rates are 0 before the second sample. */
  of(subject: object, numbers: Numbers): Readonly<Record<string, unknown>> {
    const rates = this.#samples.get(subject)?.rates
    const details = Object.keys(numbers).map((name) => [
      `${name}_details`,
      { rate: rates?.[name] ?? 0 },
    ])
    return { ...numbers, ...Object.fromEntries(details) }
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]()
  }

  #sample(): void {
    const at = this.#clock.now()
    for (const [subject, numbers] of this.#measure())
      this.#samples.set(subject, next(this.#samples.get(subject), { at, numbers }))
    this.#timer = this.#clock.after(interval, () => this.#sample())
  }
}

function next(last: Sample | undefined, { at, numbers }: Omit<Sample, 'rates'>): Sample {
  if (last === undefined) return { at, numbers, rates: {} }
  const seconds = (at - last.at) / 1000
  const rates: Record<string, number> = {}
  for (const [name, value] of Object.entries(numbers))
    rates[name] = (value - (last.numbers[name] ?? 0)) / seconds
  return { at, numbers, rates }
}
