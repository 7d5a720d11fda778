import { setTimeout as pause } from 'node:timers/promises'

import { pnpm } from '@messaging-patterns/shared'

import type { Admin, QueueState } from './admin.ts'
import { counted } from './left.ts'
import type { Lesson } from './lessons.ts'

/** How long the broker may take to notice that a killed consumer is gone. */
const noticing = 3000

/** What a broker had of a lesson's queues and exchanges before the lesson, so that it is left so. */
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

  static async before(admin: Admin, lesson: Lesson): Promise<Footprint> {
    const { queues = {}, exchanges = {} } = lesson.declares
    const states = new Map<string, QueueState>()
    for (const name of Object.keys(queues)) states.set(name, await admin.queue(name))
    const there = new Map<string, boolean>()
    for (const name of Object.keys(exchanges)) there.set(name, await admin.hasExchange(name))
    return new Footprint({ admin, lesson }, states, there)
  }

  /** Why the lesson must not run: it would take somebody's messages, or somebody would take its own. */
  get obstacle(): string | undefined {
    for (const [name, state] of this.#queues) {
      if (state === 'absent') continue
      if (state === 'locked')
        return `the queue "${name}" is exclusive to another connection: end the program that has it`
      if (state.consumers > 0)
        return `the queue "${name}" has ${counted(state.consumers, 'consumer')} that would take the tour's messages: stop it, and run the tour again`
      if (state.messages > 0)
        return `the queue "${name}" holds ${counted(state.messages, 'message')}, which the tour does not take from you: consume what is there, or delete it with ${pnpm} reset ${this.#lesson.name}`
    }
    return undefined
  }

  /** Deletes what was not there before, and empties what was empty before. */
  async restore(): Promise<void> {
    for (const [name, before] of this.#queues) await this.#restoreQueue(name, before)
    for (const [name, wasThere] of this.#exchanges) if (!wasThere) await this.#deleteUnused(name)
  }

  async #restoreQueue(name: string, before: QueueState): Promise<void> {
    const now = await this.#abandoned(name)
    if (now === undefined) return
    if (before === 'absent') await this.#admin.deleteQueue(name)
    else if (now.messages > 0) await this.#admin.purgeQueue(name)
  }

  /** The queue as it is when our consumers are gone; undefined if it is not there, or another has it. */
  async #abandoned(name: string): Promise<Exclude<QueueState, string> | undefined> {
    const deadline = Date.now() + noticing
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
      // Somebody else has come to use it.
    }
  }
}
