import { loadavg } from 'node:os'

import { MessagingError, type Exchange, type Session } from '@messaging-patterns/shared'

import { repr, reprTuple } from '../protocol/repr.ts'
import type { Call } from '../protocol/task-message.ts'
import type { Clock } from './clock.ts'

/** Celery's exchange for events, so that Flower and `celery events` see our workers. */
export const eventExchange = 'celeryev'

/** Seconds between two heartbeats. */
const heartbeatEvery = 2

/** How busy a worker is. */
export interface Load {
  readonly active: number
  readonly processed: number
}

/** Publishes what a worker does, for monitoring. Events may be lost; nothing waits for them. */
export class Events implements AsyncDisposable {
  readonly #exchange: Exchange
  readonly #hostname: string
  readonly #clock: Clock
  readonly #load: () => Load
  readonly #heartbeat: NodeJS.Timeout
  #lost = false
  #onLost: () => void = () => {}
  #beating = false
  /** Events of tasks that are published together. */
  #batch: object[] = []
  /** Whether the events of tasks are reported; those of the worker always are. */
  taskEvents: boolean

  private constructor(exchange: Exchange, { hostname, clock, load, taskEvents }: EventsOptions) {
    this.#exchange = exchange
    this.#hostname = hostname
    this.#clock = clock
    this.#load = load
    this.taskEvents = taskEvents
    this.#heartbeat = setInterval(() => {
      this.heartbeat()
    }, heartbeatEvery * 1000)
  }

  static async open(session: Session, options: EventsOptions): Promise<Events> {
    const events = new Events(await session.exchange(eventExchange, 'topic'), options)
    void events.#ofWorker('worker-online')
    return events
  }

  /** None while the last one waits for the broker: they would all be sent at once when it is back. */
  heartbeat(): void {
    if (this.#lost) this.#onLost()
    this.#lost = false
    if (this.#beating) return
    this.#beating = true
    void this.#ofWorker('worker-heartbeat').finally(() => {
      this.#beating = false
    })
  }

  #ofWorker(type: string): Promise<void> {
    const about = { freq: heartbeatEvery, ...this.#load(), loadavg: loadavg() }
    const software = { sw_ident: 'messaging-patterns', sw_ver: '0.1.0', sw_sys: process.platform }
    return this.#publish(type.replace('-', '.'), this.#event(type, { ...about, ...software }))
  }

  /** A worker has received a call. */
  received({ id, task, args, kwargs, rootId, parentId, retries, eta, expires }: Call): void {
    if (!this.taskEvents) return
    this.ofTask('task-received', id, {
      name: task,
      args: reprTuple(args),
      kwargs: repr(kwargs),
      root_id: rootId,
      parent_id: parentId,
      retries,
      eta: eta?.toISOString() ?? null,
      expires: expires?.toISOString() ?? null,
    })
  }

  /** Something happened to a task, such as `task-started`. */
  ofTask(type: string, uuid: string, fields: object = {}): void {
    if (!this.taskEvents) return
    if (this.#batch.length === 0)
      setImmediate(() => {
        this.#flush()
      })
    this.#batch.push(this.#event(type, { uuid, ...fields }))
  }

  #flush(): void {
    const batch = this.#batch
    this.#batch = []
    if (batch.length > 0) void this.#publish('task.multi', batch)
  }

  #event(type: string, fields: object): object {
    return {
      hostname: this.#hostname,
      utcoffset: new Date().getTimezoneOffset() / 60,
      pid: process.pid,
      clock: this.#clock.tick(),
      ...fields,
      timestamp: Date.now() / 1000,
      type,
    }
  }

  /** Never rejects: a worker continues without its events. */
  async #publish(key: string, body: object): Promise<void> {
    const headers = { hostname: this.#hostname }
    try {
      await this.#exchange.publish(key, body, { headers, persistent: false })
    } catch (error) {
      if (!(error instanceof MessagingError) || error.code !== 'NOT_FOUND') return
      await this.#exchange.redeclare().catch(() => {})
      this.#lost = true
    }
  }

  /**
   * Calls this some time after the exchange was deleted. Other exchanges probably were deleted, too, but
   * perhaps a moment later.
   */
  onLost(listener: () => void): void {
    this.#onLost = listener
  }

  /** Stops the heartbeats, because the session has ended. */
  stop(): void {
    clearInterval(this.#heartbeat)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
    this.#flush()
    void this.#ofWorker('worker-offline')
  }
}

/** The worker whose events they are. */
export interface EventsOptions {
  /** The name of the worker. */
  readonly hostname: string
  readonly clock: Clock
  readonly load: () => Load
  readonly taskEvents: boolean
}
