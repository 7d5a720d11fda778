import type { FaultInjection } from '../../channel/fault-injection.ts'
import type { EventMessage } from '../../events/broker-events.ts'
import { ChannelFault, ConnectionFault, type Fault } from '../../protocol/faults.ts'
import { channelCodeOf, connectionCodeOf } from '../../protocol/reply-codes.ts'
import { InvalidOptionError } from '../../settings/options.ts'
import type { Clock } from '../../time/clock.ts'
import type { Method } from '../../wire/methods.ts'

/** How a declaration is refused. */
export interface Refusal {
  /** Default 406, PRECONDITION_FAILED. */
  readonly code?: number
  /** What follows the name of the code. */
  readonly text?: string
  /** How many declarations are refused. Default 1. */
  readonly times?: number
}

interface Rule {
  readonly method: 'queue.declare' | 'exchange.declare'
  readonly name: string
  readonly fault: Fault
  timesLeft: number
}

/** The faults of channels that a test has asked for. */
export class FaultRules implements FaultInjection {
  readonly #clock: Clock
  readonly #onFault: (details: string, message?: EventMessage) => void
  #rules: Rule[] = []
  #nacksLeft = 0
  #confirmDelay = 0
  #delayed = new Set<{ readonly send: () => void; readonly timer: Disposable }>()

  constructor(clock: Clock, onFault: (details: string, message?: EventMessage) => void) {
    this.#clock = clock
    this.#onFault = onFault
  }

  refuse(
    method: Rule['method'],
    name: string,
    { code = 406, text, times = 1 }: Refusal = {},
  ): void {
    const [kind] = method.split('.')
    const fault = createFault(code, text ?? `the test refuses to declare ${kind} '${name}'`)
    this.#rules.push({ method, name, fault, timesLeft: times })
  }

  nackConfirms(times: number): void {
    this.#nacksLeft += times
  }

  /** Infinity: until `clear`. */
  delayConfirms(ms: number): void {
    this.#confirmDelay = ms
  }

  /** Ends all faults. Delayed confirms are sent. */
  clear(): void {
    this.#rules = []
    this.#nacksLeft = 0
    this.#confirmDelay = 0
    for (const delayed of this.#delayed) this.#release(delayed)
  }

  checkMethod(method: Method): void {
    if (method.name !== 'queue.declare' && method.name !== 'exchange.declare') return
    const name = method.name === 'queue.declare' ? method.queue : method.exchange
    const rule = this.#rules.find(
      (each) => each.method === method.name && each.name === name && each.timesLeft > 0,
    )
    if (rule === undefined) return
    rule.timesLeft -= 1
    throw rule.fault
  }

  nacks(message: EventMessage): boolean {
    if (this.#nacksLeft === 0) return false
    this.#nacksLeft -= 1
    this.#onFault('nacked', message)
    return true
  }

  confirm(send: () => void): void {
    if (this.#confirmDelay === 0) {
      send()
      return
    }
    const delay = this.#confirmDelay
    this.#onFault(
      delay === Infinity ? 'a confirm is held back' : `a confirm is delayed by ${delay} ms`,
    )
    const timer =
      delay === Infinity
        ? { [Symbol.dispose]() {} }
        : this.#clock.after(delay, () => this.#release(delayed))
    const delayed = { send, timer }
    this.#delayed.add(delayed)
  }

  #release(delayed: { readonly send: () => void; readonly timer: Disposable }): void {
    this.#delayed.delete(delayed)
    delayed.timer[Symbol.dispose]()
    delayed.send()
  }
}

/** The code decides whether it closes the channel or the connection. */
function createFault(code: number, text: string): Fault {
  const channelCode = channelCodeOf(code)
  if (channelCode !== undefined) return new ChannelFault(channelCode, text)
  const connectionCode = connectionCodeOf(code)
  if (connectionCode !== undefined) return new ConnectionFault(connectionCode, text)
  throw new InvalidOptionError(
    'code',
    `is ${code}, which closes neither a channel nor a connection`,
  )
}
