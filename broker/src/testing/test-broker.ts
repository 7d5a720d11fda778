import { randomUUID } from 'node:crypto'

import { Broker, listening } from '../broker.ts'
import type { BrokerConnection } from '../broker-connection.ts'
import { Message } from '../core/message/message.ts'
import type { Queue } from '../core/queue/queue.ts'
import { QueueEntry } from '../core/queue/messages/queue-entry.ts'
import { resolveOptions, type BrokerOptions, type BrokerSettings } from '../settings/options.ts'
import { FaultRules } from './faults/fault-rules.ts'
import { Faults } from './faults/faults.ts'
import { History } from './history/history.ts'
import { record } from './history/recorder.ts'
import { TestClock } from './test-clock.ts'
import { TestExchange } from './expectations/test-exchange.ts'
import { TestQueue } from './expectations/test-queue.ts'
import { Waiters } from './expectations/waiters.ts'
import { ExpectationError, type WitnessParts } from './expectations/witness.ts'

export interface TestBrokerOptions extends Omit<BrokerOptions, 'clock'> {
  /** Milliseconds for an expectation: less than the test framework gives a test. Default 3000. */
  readonly timeout?: number
}

/** A redelivered message belongs to nobody until it is delivered. */
const nobody = { connection: undefined, timedOut() {}, recovered() {} }

/** A broker for tests: it remembers what happens, has a clock to move, and fails on demand. */
export class TestBroker extends Broker {
  /** The time of queues and messages: TTLs, delays, consumer timeouts. Connections have their own. */
  readonly clock: TestClock
  readonly faults: Faults
  /** The virtual host in `url`. */
  readonly vhost: string
  readonly #parts: WitnessParts

  /** Use `startTestBroker`. */
  constructor(settings: BrokerSettings, timeout: number) {
    const clock = new TestClock()
    const history = new History()
    const waiters = new Waiters()
    const rules = new FaultRules(clock, (details, message) => {
      history.add({ at: clock.now(), what: 'fault', details, ...(message && { message }) })
      waiters.notify()
    })
    super(settings, { clock, faults: rules })
    this.clock = clock
    this.vhost = settings.vhosts[0] ?? '/'
    this.#parts = { history, waiters, timeout }
    this.faults = new Faults(rules, {
      connections: () => this.connections(),
      untilClosed: (connections) => this.#untilClosed(connections),
      setAlarm: (alarm) => this.context.memory.setAlarm(alarm),
      redeliver: (queue) => this.#redeliver(queue),
    })
    history.clear(clock.now())
    record(this, history, {
      vhost: this.vhost,
      now: () => clock.now(),
      onChange: () => waiters.notify(),
    })
  }

  /** The queue of this name, whether it exists or not. */
  queue(name: string): TestQueue {
    return new TestQueue(name, this.#parts, () => this.#findQueue(name))
  }

  /** The exchange of this name, whether it exists or not. The empty name is the default exchange. */
  exchange(name: string): TestExchange {
    return new TestExchange(name, this.#parts)
  }

  /** Forgets what has happened, and ends all faults. Queues, messages and connections stay. */
  reset(): void {
    this.#parts.history.clear(this.clock.now())
    this.faults.clear()
  }

  #findQueue(name: string): Queue | undefined {
    return this.context.vhosts.get(this.vhost)?.queues.get(name)
  }

  async #untilClosed(connections: readonly BrokerConnection[]): Promise<void> {
    const ids = new Set(connections.map(({ id }) => id))
    const areGone = (): boolean => this.connections().every(({ id }) => !ids.has(id))
    await this.#parts.waiters.until(areGone, this.#parts.timeout)
  }

  #redeliver(name: string): void {
    const queue = this.#findQueue(name)
    if (queue?.settings.type === 'stream')
      throw new ExpectationError(
        `queue "${name}" is a stream, which redelivers nothing: consume it again from an offset`,
      )
    const acked = Array.from(this.#parts.history).findLast(
      (entry) => entry.what === 'acked' && entry.queue === name,
    )
    const message = acked?.message
    if (queue === undefined || !(message instanceof Message))
      throw new ExpectationError(
        `no message of queue "${name}" was acked, so none can be redelivered\n\n${this.queue(name).describe()}`,
      )
    this.context.memory.retain(message)
    const entry = new QueueEntry(message)
    queue.addUnacked(entry, nobody)
    queue.requeue(entry, true)
    queue.deliverReady()
  }
}

/** Starts a broker for a test file: with an empty virtual host, on a port of its own. */
export async function startTestBroker({
  timeout = 3000,
  ...options
}: TestBrokerOptions = {}): Promise<TestBroker> {
  const vhosts = [`test-${randomUUID().slice(0, 8)}`]
  return listening(new TestBroker(resolveOptions({ vhosts, ...options }), timeout))
}
