import { waitFor } from '@messaging-patterns/testkit'

import { BrokerState } from '../../../src/picture/state/broker-state.ts'
import type { Movement, Update } from '../../../src/picture/update.ts'

/** Reads what the page of `pnpm live` gets, and plays it as its picture does. */
export class EventStream implements AsyncDisposable {
  readonly state = new BrokerState()
  readonly movements: Movement[] = []
  readonly notices: string[] = []
  /** What programs were called, in all updates. */
  readonly programNames: string[] = []
  readonly #abort = new AbortController()
  readonly #done: Promise<void>

  constructor(page: string) {
    this.#done = this.#read(page)
  }

  /** Waits until the picture shows something. */
  async shows(what: string, probe: (state: BrokerState) => boolean): Promise<void> {
    await waitFor(what, () => probe(this.state))
  }

  /** The texts of messages that a movement of this type was about. */
  bodies(type: Movement['type'], queue?: string): readonly (string | undefined)[] {
    return this.movements.flatMap((movement) => {
      if (movement.type !== type || movement.type === 'purged') return []
      if (queue !== undefined && 'queue' in movement && movement.queue !== queue) return []
      return [this.state.message(movement.message)?.body]
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#done.catch(() => {})
  }

  async #read(page: string): Promise<void> {
    const response = await fetch(`${page}/updates`, { signal: this.#abort.signal })
    let rest = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (rest + chunk).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) this.#take(event)
    }
  }

  #take(event: string): void {
    const [, name, data = ''] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? []
    if (name === 'notice') this.notices.push(JSON.parse(data) as string)
    if (name !== 'update') return
    const update = JSON.parse(data) as Update
    this.movements.push(...update.movements)
    this.programNames.push(...(update.topology?.programs ?? []).map(({ name: each }) => each))
    this.state.apply(update)
  }
}
