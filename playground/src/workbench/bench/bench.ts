import type { ManagementReply, ManagementRequest } from '@messaging-patterns/broker'

import { openLab, type Lab, type LabOptions } from '../../engine/index.ts'
import { exportOf } from '../state/definitions-file.ts'
import { History } from '../state/history.ts'
import {
  bindingPath,
  definitionsPath,
  exchangePath,
  importOf,
  keysOf,
  listPath,
  queuePath,
  removalsBetween,
} from '../state/requests.ts'
import {
  contentOf,
  emptyState,
  keyOf,
  sorted,
  type BindingDefinition,
  type Content,
  type Definitions,
  type ProgramState,
  type WorkbenchState,
} from '../state/state.ts'

export interface BenchOptions extends LabOptions {
  /** The state is another one. */
  readonly onState: (state: WorkbenchState) => void
}

export interface Publication {
  readonly exchange: string
  readonly routingKey: string
  readonly body: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** A message that was taken from a queue by hand. */
export interface GotMessage {
  readonly payload: string
  readonly exchange: string
  readonly routing_key: string
  readonly redelivered: boolean
  readonly properties: Readonly<Record<string, unknown>>
}

/** The file of a program, as the engine names it. */
export function fileOf(program: string): string {
  const [lesson = '', name = ''] = program.split('/')
  return `${lesson}/src/${name}.ts`
}

/** A broker and programs, and the state that the broker is made to have. */
export class Bench implements Disposable {
  readonly lab: Lab
  readonly #options: BenchOptions
  #history = new History<WorkbenchState>(emptyState)
  /** Keys of what a program had declared before it became a part of the state. Undo leaves it to the program. */
  #adopted: ReadonlySet<string> = new Set()
  /** One thing is done after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: BenchOptions) {
    this.#options = options
    this.lab = openLab({ ...options, manages: true, isPaced: true })
  }

  get state(): WorkbenchState {
    return this.#history.present
  }

  get canUndo(): boolean {
    return this.#history.previous !== undefined
  }

  get canRedo(): boolean {
    return this.#history.next !== undefined
  }

  /** Goes to another state. Rejects with the broker's words if it refuses, and then nothing has changed. */
  change(next: (state: WorkbenchState) => WorkbenchState): Promise<void> {
    return this.#inTurn(async () => {
      const state = next(this.state)
      if (state === this.state) return
      await this.#apply(this.state, state)
      this.#history.change(state)
      this.#options.onState(state)
    })
  }

  /** Goes to a state that was not built here, so there is nothing to undo. */
  load(state: WorkbenchState): Promise<void> {
    return this.#inTurn(async () => {
      await this.#apply(this.state, state)
      this.#history = new History(state)
      this.#options.onState(state)
    })
  }

  /** Goes to an empty state, with a new broker, so that what programs have declared is gone, too. */
  clear(): Promise<void> {
    return this.#inTurn(async () => {
      for (const { id } of this.state.programs) this.lab.programs.get(id)?.kill()
      this.lab.killBroker()
      this.lab.startBroker()
      this.#adopted = new Set()
      this.#history.change(emptyState)
      this.#options.onState(emptyState)
    })
  }

  undo(): Promise<void> {
    return this.#travel('undo')
  }

  redo(): Promise<void> {
    return this.#travel('redo')
  }

  /** Starts a program, again if it is running. */
  async run({ id, name, program, argv, source }: ProgramState): Promise<void> {
    // What it expects to exist has to be there first.
    await this.#last
    const edits = source === undefined ? undefined : { [fileOf(program)]: source }
    this.lab.start({ id, name, program, argv, ...(edits !== undefined && { edits }) })
  }

  /** Starts the broker, which was killed, with what it should have. Its messages are gone. */
  startBroker(): Promise<void> {
    return this.#inTurn(async () => {
      this.lab.startBroker()
      this.#adopted = new Set()
      await this.#ask(importOf(this.state))
    })
  }

  /** Resolves with whether any queue has the message. */
  async publish({ exchange, routingKey, body, properties }: Publication): Promise<boolean> {
    const reply = await this.#ask({
      method: 'POST',
      path: `${exchangePath(exchange)}/publish`,
      body: { routing_key: routingKey, properties, payload: body, payload_encoding: 'string' },
    })
    return Object(reply).routed === true
  }

  /** Takes messages from a queue, or only looks at them and puts them back. */
  async get(queue: string, count: number, removes: boolean): Promise<readonly GotMessage[]> {
    const ackmode = removes ? 'ack_requeue_false' : 'ack_requeue_true'
    const path = `${queuePath(queue)}/get`
    const body = { count, ackmode, encoding: 'auto' }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the management API answers
    return (await this.#ask({ method: 'POST', path, body })) as readonly GotMessage[]
  }

  async purge(queue: string): Promise<void> {
    await this.#ask({ method: 'DELETE', path: `${queuePath(queue)}/contents` })
  }

  /** Deletes what a program has declared. It is not a part of the state. */
  async delete(kind: 'exchange' | 'queue', name: string): Promise<void> {
    const path = kind === 'queue' ? queuePath(name) : exchangePath(name)
    await this.#ask({ method: 'DELETE', path })
  }

  /** The durable exchanges and queues of the broker, also those that programs have declared. */
  async content(): Promise<Partial<Content>> {
    const exported = await this.#ask({ path: definitionsPath })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the management API answers
    return exported as Partial<Content>
  }

  /** The definitions as RabbitMQ imports them. */
  async export(): Promise<Definitions> {
    await this.#last
    const content = await this.content()
    return exportOf(this.state, content)
  }

  [Symbol.dispose](): void {
    this.lab.close()
  }

  #travel(direction: 'undo' | 'redo'): Promise<void> {
    return this.#inTurn(async () => {
      const isBack = direction === 'undo'
      const state = isBack ? this.#history.previous : this.#history.next
      if (state === undefined) return
      await this.#apply(this.state, state, isBack ? this.#adopted : undefined)
      this.#history[direction]()
      this.#options.onState(state)
    })
  }

  async #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(task)
    this.#last = turn.catch(() => {})
    await turn
  }

  /** What has one of the keys in `stays` is not deleted. */
  async #apply(
    before: WorkbenchState,
    after: WorkbenchState,
    stays: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const ids = new Set(after.programs.map(({ id }) => id))
    for (const { id } of before.programs) if (!ids.has(id)) this.lab.programs.get(id)?.kill()
    if (before.definitions === after.definitions && before.vhost === after.vhost) return
    const existing = await this.#existing()
    const known = new Set(keysOf(contentOf(before)))
    const { paths, bindings } = removalsBetween(before, after, stays)
    const deleted = new Set([...paths, ...bindings.map(keyOf)])
    const wasDeclared = (key: string): boolean =>
      known.has(key) ? this.#adopted.has(key) && !deleted.has(key) : existing.has(key)
    const adopted = new Set(keysOf(contentOf(after)).filter(wasDeclared))
    try {
      await this.#replace(before, after, stays)
    } catch (error) {
      await this.#replace(after, before, adopted)
      throw error
    }
    this.#adopted = adopted
  }

  async #replace(
    before: WorkbenchState,
    after: WorkbenchState,
    stays: ReadonlySet<string>,
  ): Promise<void> {
    const { paths, bindings } = removalsBetween(before, after, stays)
    for (const binding of bindings) await this.#unbind(binding)
    // A program may have deleted some of it.
    for (const path of paths) await this.lab.manage({ method: 'DELETE', path })
    await this.#ask(importOf(after))
  }

  /** The keys of what is on the broker. */
  async #existing(): Promise<ReadonlySet<string>> {
    const kinds = ['exchanges', 'queues', 'bindings'] as const
    const lists = kinds.map(async (kind) => [kind, await this.#ask({ path: listPath(kind) })])
    const found: Partial<Content> = Object.fromEntries(await Promise.all(lists))
    return new Set(keysOf(found))
  }

  async #unbind(binding: BindingDefinition): Promise<void> {
    const path = bindingPath(binding)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the management API answers
    const found = (await this.#ask({ path })) as readonly (BindingDefinition & {
      readonly properties_key: string
    })[]
    const wanted = JSON.stringify(sorted(binding.arguments))
    const same = found.find(
      ({ routing_key: key, arguments: args }) =>
        key === binding.routing_key && JSON.stringify(sorted(args)) === wanted,
    )
    if (same === undefined) return
    const key = encodeURIComponent(same.properties_key)
    await this.lab.manage({ method: 'DELETE', path: `${path}/${key}` })
  }

  async #ask(request: ManagementRequest): Promise<unknown> {
    const { status, body }: ManagementReply = await this.lab.manage(request)
    if (status < 400) return body
    const { reason }: { reason?: unknown } = Object(body)
    throw new Error(typeof reason === 'string' ? reason : JSON.stringify(reason))
  }
}
