import { setTimeout as pause } from 'node:timers/promises'

import { pnpm } from '@messaging-patterns/shared'

import type { Lesson } from '../course/lessons.ts'
import type { Admin, QueueState } from './admin.ts'
import { counted } from './leftovers.ts'

/** How long to wait until the broker has removed the consumers of killed programs, in milliseconds. */
const consumerTimeout = 3000

/** Which of a lesson's queues and exchanges existed before it ran, to restore that state afterward. */
export class Footprint {
  readonly #admin: Admin
  readonly #lesson: Lesson
  readonly #queues: ReadonlyMap<string, QueueState>
  readonly #exchanges: ReadonlyMap<string, boolean>

  private constructor(
    { admin, lesson }: { readonly admin: Admin; readonly lesson: Lesson },
    queues: ReadonlyMap<string, QueueState>,
    exchanges: ReadonlyMap<string, boolean>,
  ) {
    this.#admin = admin
    this.#lesson = lesson
    this.#queues = queues
    this.#exchanges = exchanges
  }

  static async take(admin: Admin, lesson: Lesson): Promise<Footprint> {
    const { queues = {}, exchanges = {} } = lesson.declares
    const states = new Map<string, QueueState>()
    for (const name of Object.keys(queues)) states.set(name, await admin.queue(name))
    const existing = new Map<string, boolean>()
    for (const name of Object.keys(exchanges)) existing.set(name, await admin.hasExchange(name))
    return new Footprint({ admin, lesson }, states, existing)
  }

  /** Why the lesson must not run now: its programs and yours would consume each other's messages. */
  get obstacle(): string | undefined {
    for (const [name, state] of this.#queues) {
      if (state === 'absent') continue
      if (state === 'locked')
        return `the queue "${name}" is exclusive to another connection: stop the program that declared it`
      if (state.consumers > 0)
        return `the queue "${name}" has ${counted(state.consumers, 'consumer')} that would receive the tour's messages: stop it, and run the tour again`
      if (state.messages > 0 && this.#isStream(name))
        return `the stream "${name}" holds ${counted(state.messages, 'message')}, and consuming them does not remove them: delete it with ${pnpm} reset ${this.#lesson.name}`
      if (state.messages > 0)
        return `the queue "${name}" holds ${counted(state.messages, 'message')}, and the tour never consumes your messages: consume them, or delete the queue with ${pnpm} reset ${this.#lesson.name}`
    }
    return undefined
  }

  /** Deletes what did not exist before and streams, and purges the queues that were empty. */
  async restore(): Promise<void> {
    for (const [name, before] of this.#queues) await this.#restoreQueue(name, before)
    for (const [name, existed] of this.#exchanges) if (!existed) await this.#deleteUnused(name)
  }

  async #restoreQueue(name: string, before: QueueState): Promise<void> {
    const now = await this.#withoutConsumers(name)
    if (now === undefined) return
    // A stream cannot be purged. Its programs declare it again.
    if (before === 'absent' || this.#isStream(name)) await this.#admin.deleteQueue(name)
    else if (now.messages > 0) await this.#admin.purgeQueue(name)
  }

  #isStream(name: string): boolean {
    return this.#lesson.declares.queues?.[name]?.arguments?.['x-queue-type'] === 'stream'
  }

  /**
   * The queue once it has no consumers; undefined if it does not exist, or another client uses it.
   */
  async #withoutConsumers(name: string): Promise<Exclude<QueueState, string> | undefined> {
    const deadline = Date.now() + consumerTimeout
    for (;;) {
      const state = await this.#admin.queue(name)
      if (typeof state === 'string') return undefined
      if (state.consumers === 0) return state
      if (Date.now() > deadline) return undefined
      await pause(20)
    }
  }

  async #deleteUnused(name: string): Promise<void> {
    try {
      await this.#admin.deleteExchange(name, { ifUnused: true })
    } catch {
      // Another client has bound a queue to it.
    }
  }
}
