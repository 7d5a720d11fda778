import { setTimeout as pause } from 'node:timers/promises'

import {
  closeModel,
  connectOptions,
  explainConnect,
  explainOperation,
} from '@messaging-patterns/shared'
import { connect, type ChannelModel } from 'amqplib'

import type { Update } from '../../picture/update.ts'
import { Refused, textOf, type ManagementApi } from './management-api.ts'
import { ownProperties, takeSnapshot } from './topology.ts'
import { readTrace, type Trace } from './trace.ts'
import { isTraced } from './tracing.ts'
import { Translator } from './translator.ts'

export interface FeedOptions {
  readonly url: URL
  readonly vhost: string
  readonly api: ManagementApi
  /** Whether to consume the firehose. */
  readonly traced: boolean
  /** Milliseconds by which the broker's counts can be too old. */
  readonly countsAge: number
  readonly onUpdate: (update: Update) => void
  /** What the picture leaves out; empty if nothing. */
  readonly onNotice: (text: string) => void
}

/** Milliseconds between two updates, and at least between two snapshots. */
const [updateEvery, snapshotEvery] = [50, 1000]

/** More traces than this in an update are too many for a picture: the others are counted. */
const mostTraces = 150

/** A broker far behind would otherwise keep the copies of all its messages for us. */
const longestQueue = 5000

const untracedNotice =
  'Tracing was turned off, so you see no new messages: start pnpm live again to turn it on. '

/** What happens on a broker, as updates for a picture. */
export class Feed implements AsyncDisposable {
  readonly #options: FeedOptions
  readonly #translator: Translator
  readonly #model: ChannelModel
  /** Resolves with the reason when the connection is lost, or the management API. */
  readonly ended: Promise<string>
  #end: (reason: string) => void = () => {}
  #queue: string | undefined
  #traces: Trace[] = []
  #skipped = 0
  /** Whether someone has turned tracing off, for example another `pnpm live`. */
  #lostTracing = false
  #isClosed = false

  private constructor(options: FeedOptions, model: ChannelModel) {
    this.#options = options
    this.#model = model
    this.#translator = new Translator(options.countsAge)
    this.ended = new Promise((resolve) => (this.#end = resolve))
    model.on('error', () => {})
    model.on('close', (error?: Error) => this.#end(error?.message ?? 'closed'))
  }

  /** Rejects if the broker cannot be reached, or refuses the client. */
  static async open(options: FeedOptions): Promise<Feed> {
    const feed = new Feed(options, await connected(options.url))
    try {
      if (options.traced)
        await feed.#consume().catch((error: unknown) => {
          throw explainOperation(error)
        })
      await feed.#look()
    } catch (error) {
      await feed[Symbol.asyncDispose]()
      throw error
    }
    for (const loop of [feed.#lookAgain(), feed.#send()])
      loop.catch((error: unknown) => feed.#end(error instanceof Error ? error.message : 'unknown'))
    return feed
  }

  /** What exists now. */
  current(): Update {
    return this.#translator.current(Date.now())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await closeModel(this.#model)
  }

  async #consume(): Promise<void> {
    const channel = await this.#model.createChannel()
    channel.on('error', () => {})
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      arguments: { 'x-max-length': longestQueue },
    })
    this.#queue = queue
    await channel.bindQueue(queue, 'amq.rabbitmq.trace', '#')
    await channel.consume(queue, (message) => message && this.#receive(readTrace(message)), {
      noAck: true,
    })
  }

  #receive(trace: Trace): void {
    if (this.#traces.length < mostTraces) this.#traces.push(trace)
    else this.#skipped += 1
  }

  async #look(): Promise<void> {
    const { api, vhost, onNotice } = this.#options
    const snapshot = await takeSnapshot(api, vhost, this.#queue)
    this.#translator.replace(snapshot)
    const { allQueues, queues } = snapshot
    const fewer = allQueues > queues.length ? `Shows ${queues.length} of ${allQueues} queues. ` : ''
    const sampled = this.#skipped > 0 ? `Samples: leaves out ${this.#skipped} movements. ` : ''
    const untraced = this.#lostTracing ? untracedNotice : ''
    this.#skipped = 0
    onNotice(untraced + fewer + sampled)
    await this.#askForStrangers()
  }

  /**
   * RabbitMQ lists a connection with its name up to five seconds after it was opened, and not after it was
   * closed. Which connections of a user are open, it knows at once.
   */
  async #askForStrangers(): Promise<void> {
    const strangers = this.#translator.strangers()
    const users = new Set(strangers.map(({ user }) => user))
    try {
      const lists = await Promise.all(
        Array.from(users, (user) => this.#options.api.list('connections', 'username', user)),
      )
      const open = new Set(lists.flat().map(({ name }) => textOf(name)))
      for (const { connection } of strangers)
        if (!open.has(connection)) this.#translator.closed(connection)
    } catch (error) {
      // The embedded broker does not have this, and not every user may see another one's connections.
      if (!(error instanceof Refused)) throw error
    }
  }

  /** Takes snapshots. A broker that is slow to answer is asked less often. */
  async #lookAgain(): Promise<void> {
    let tookLast = 0
    while (!this.#isClosed) {
      await pause(Math.max(snapshotEvery, 5 * tookLast))
      if (this.#isClosed) return
      const start = Date.now()
      const { traced, api, vhost } = this.#options
      this.#lostTracing = traced && !(await isTraced(api, vhost))
      await this.#look()
      tookLast = Date.now() - start
    }
  }

  async #send(): Promise<void> {
    while (!this.#isClosed) {
      await pause(updateEvery)
      const traces = this.#traces
      this.#traces = []
      // Messages must not arrive at a queue before the queue does.
      if (traces.some((trace) => this.#translator.isNews(trace))) await this.#look().catch(() => {})
      const before = this.#translator.strangers().length
      for (const trace of traces) this.#translator.add(trace, Date.now())
      if (this.#translator.strangers().length > before)
        await this.#askForStrangers().catch(() => {})
      const update = this.#translator.take(Date.now())
      if (update !== undefined && !this.#isClosed) this.#options.onUpdate(update)
    }
  }
}

async function connected(url: URL): Promise<ChannelModel> {
  try {
    return await connect(connectOptions(url), {
      timeout: 5000,
      noDelay: true,
      clientProperties: ownProperties,
    })
  } catch (error) {
    throw explainConnect(new Map([[url, error]]))
  }
}
