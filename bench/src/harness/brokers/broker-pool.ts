import { setMaxListeners } from 'node:events'

import type { Broker } from './broker.ts'
import { starters, type BrokerName } from './brokers.ts'

/** The brokers of a run. Each is started when it is first requested. */
export class BrokerPool implements AsyncDisposable {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  readonly #url: string | undefined
  readonly #started = new Map<BrokerName, Promise<Broker>>()

  /** `url` names a broker to use as RabbitMQ, instead of starting a container. */
  constructor(signal: AbortSignal, url?: string) {
    this.signal = signal
    // Every client process of a benchmark listens to it.
    setMaxListeners(100, signal)
    this.#url = url
  }

  /** The shared broker of this kind. */
  get(name: BrokerName): Promise<Broker> {
    let broker = this.#started.get(name)
    if (broker === undefined) {
      broker = this.startNew(name)
      this.#started.set(name, broker)
    }
    return broker
  }

  /** Starts a broker that nothing else has used. The caller must dispose it. */
  startNew(name: BrokerName): Promise<Broker> {
    return starters[name](this.#url)
  }

  /** The versions of the shared brokers that were started. */
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
