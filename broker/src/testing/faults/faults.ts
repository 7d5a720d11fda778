import type { BrokerConnection } from '../../broker-connection.ts'
import { channelCodeOf } from '../../protocol/reply-codes.ts'
import type { FaultRules, Refusal } from './fault-rules.ts'

export interface CloseOptions {
  /** What follows the name of the code. */
  readonly text?: string
  /** The `connection_name` of the connections to close. Default: all. */
  readonly connection?: string
}

/** What the faults do in the broker. */
export interface FaultActions {
  connections(): readonly BrokerConnection[]
  untilClosed(connections: readonly BrokerConnection[]): Promise<void>
  setAlarm(alarm: boolean): void
  redeliver(queue: string): void
}

/** What can go wrong, when the test wants it to. Those that last end with `clear`. */
export class Faults {
  readonly #rules: FaultRules
  readonly #actions: FaultActions

  constructor(rules: FaultRules, actions: FaultActions) {
    this.#rules = rules
    this.#actions = actions
  }

  /**
   * Hangs up on the clients, or on those with this `connection_name`, as a failing network does.
   * Resolves when the broker has requeued what they had not acknowledged.
   */
  async drop(connection?: string): Promise<void> {
    const dropped = this.#find(connection)
    for (const each of dropped) each.destroy()
    await this.#actions.untilClosed(dropped)
  }

  /**
   * Closes the connections with a reply code of AMQP, or their channels if it is a code for channels,
   * such as 404 or 406. Resolves when the clients have gone, or the channels are closed.
   */
  async close(code = 320, { text, connection }: CloseOptions = {}): Promise<void> {
    const reason = { code, ...(text !== undefined && { text }) }
    const closed = this.#find(connection)
    if (channelCodeOf(code) === undefined) {
      await Promise.all(closed.map((each) => each.close(reason)))
      return
    }
    for (const each of closed) each.closeChannels(reason)
    await Promise.resolve()
  }

  /** Answers the next messages with basic.nack instead of storing them. */
  nackConfirms(times = 1): void {
    this.#rules.nackConfirms(times)
  }

  /** Stores messages, and confirms them `ms` later on the clock of the test. Default: when cleared. */
  delayConfirms(ms = Infinity): void {
    this.#rules.delayConfirms(ms)
  }

  /** Refuses to declare a queue of this name, also passively. */
  refuseQueue(name: string, refusal?: Refusal): void {
    this.#rules.refuse('queue.declare', name, refusal)
  }

  /** Refuses to declare an exchange of this name, also passively. */
  refuseExchange(name: string, refusal?: Refusal): void {
    this.#rules.refuse('exchange.declare', name, refusal)
  }

  /** Blocks each connection that publishes, as a broker does that is low on memory. */
  blockPublishers(): void {
    this.#actions.setAlarm(true)
  }

  unblockPublishers(): void {
    this.#actions.setAlarm(false)
  }

  /** Delivers the message that was acknowledged last again, as if the ack had been lost. */
  redeliver(queue: string): void {
    this.#actions.redeliver(queue)
  }

  /** Ends the faults that last, and sends the confirms that were delayed. */
  clear(): void {
    this.#rules.clear()
    this.#actions.setAlarm(false)
  }

  #find(name: string | undefined): readonly BrokerConnection[] {
    const all = this.#actions.connections()
    const found = all.filter((each) => name === undefined || nameOf(each) === name)
    if (found.length > 0) return found
    if (name === undefined) throw new Error('no client is connected')
    const names = all.map((each) => JSON.stringify(nameOf(each) ?? null)).join(', ')
    throw new Error(
      `no connection has the connection_name "${name}"; connected: ${names || 'none'}`,
    )
  }
}

function nameOf({ clientProperties }: BrokerConnection): unknown {
  return clientProperties['connection_name']
}
