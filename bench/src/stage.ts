import { setMaxListeners } from 'node:events'

import { brokers, type Broker, type BrokerName } from './brokers.ts'

/** What a row plays on: the brokers, each started when it is first asked for. */
export class Stage implements AsyncDisposable {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly #url: string | undefined
  readonly #started = new Map<BrokerName, Promise<Broker>>()

  /** With a `url` that broker stands for RabbitMQ. */
  constructor(signal: AbortSignal, url?: string) {
    this.signal = signal
    // Each process of a row listens to it.
    setMaxListeners(100, signal)
    this.#url = url
  }

  broker(name: BrokerName): Promise<Broker> {
    let broker = this.#started.get(name)
    if (broker === undefined) {
      broker = this.start(name)
      this.#started.set(name, broker)
    }
    return broker
  }

  /** A broker that nobody has used yet; whoever asks for it closes it. */
  start(name: BrokerName): Promise<Broker> {
    return brokers[name](this.#url)
  }

  /** The brokers that were asked for and came, with their versions. */
  async versions(): Promise<Record<string, string>> {
    const entries: [string, string][] = []
    for (const outcome of await Promise.allSettled(this.#started.values()))
      if (outcome.status === 'fulfilled') entries.push([outcome.value.title, outcome.value.version])
    return Object.fromEntries(entries)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const outcome of await Promise.allSettled(this.#started.values()))
      if (outcome.status === 'fulfilled') await outcome.value[Symbol.asyncDispose]()
  }
}
