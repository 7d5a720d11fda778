import { startTestBroker } from '@messaging-patterns/broker/testing'
import { Session } from '@messaging-patterns/shared'
import { Management, testBroker } from '@messaging-patterns/testkit'
import { inject } from 'vitest'

import { deathsOf } from './outcome/deaths.ts'
import type { Outcome, QueueOutcome } from '../../src/scenes/stage/scene.ts'

const password = 'scene'
const everything = { configure: '.*', write: '.*', read: '.*' }

interface QueueCounts {
  readonly name: string
  readonly type: string
  readonly messages_ready: number
  readonly messages_unacknowledged: number
}

interface GotMessage {
  readonly properties: { readonly headers?: Readonly<Record<string, unknown>> }
}

/** A broker whose deliveries are counted per program: each program logs in as a user of its own. */
export class SceneBroker implements AsyncDisposable {
  readonly #url: string
  readonly #vhost: string
  readonly #management: Management
  /** Disposed of in the reverse order. */
  readonly #resources: AsyncDisposable[]
  readonly #users = new Set<string>()
  readonly #deliveries = new Map<string, number>()

  private constructor(place: Place, broker: AsyncDisposable) {
    this.#url = place.url
    this.#vhost = encodeURIComponent(place.vhost)
    this.#management = place.management
    this.#resources = [broker]
  }

  static async open(): Promise<SceneBroker> {
    const [place, resource] = await openBroker()
    const broker = new SceneBroker(place, resource)
    await broker.#trace()
    return broker
  }

  /** The URL for a program. */
  async urlFor(program: string): Promise<string> {
    const user = this.#userOf(program)
    if (!this.#users.has(user)) {
      this.#users.add(user)
      await this.#management.request('PUT', `users/${user}`, { password, tags: '' })
      await this.#management.request('PUT', `permissions/${this.#vhost}/${user}`, everything)
    }
    const url = new URL(this.#url)
    url.username = user
    url.password = password
    return url.href
  }

  async outcome(): Promise<Outcome> {
    const path = `queues/${this.#vhost}?disable_stats=true&enable_queue_totals=true`
    const all = (await this.#management.request('GET', path)) as QueueCounts[]
    const queues = await Promise.all(all.map((queue) => this.#queueOutcome(queue)))
    return {
      queues: Object.fromEntries(queues),
      deliveries: Object.fromEntries(this.#deliveries),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const user of this.#users) await this.#management.request('DELETE', `users/${user}`)
    for (const resource of this.#resources.toReversed()) await resource[Symbol.asyncDispose]()
  }

  #userOf(program: string): string {
    return `${this.#vhost}-${program}`.replaceAll(/[^\w-]/g, '')
  }

  /** Counts the deliveries that the firehose reports. */
  async #trace(): Promise<void> {
    const session = await Session.open({ url: this.#url })
    this.#resources.push(session)
    const queue = await session.queue()
    const trace = await session.exchange('amq.rabbitmq.trace', 'topic', { passive: true })
    await queue.bind(trace, 'deliver.#')
    const vhost = `vhosts/${this.#vhost}`
    await this.#management.request('PUT', vhost, { tracing: true, default_queue_type: 'classic' })
    await queue.consume(({ headers }) => {
      const prefix = this.#userOf('')
      const user = String(headers['user'])
      if (!user.startsWith(prefix)) return
      const program = user.slice(prefix.length)
      this.#deliveries.set(program, (this.#deliveries.get(program) ?? 0) + 1)
    })
  }

  async #statistics(queue: string): Promise<QueueCounts> {
    const path = `queues/${this.#vhost}/${encodeURIComponent(queue)}`
    return (await this.#management.request('GET', path)) as QueueCounts
  }

  async #queueOutcome(queue: QueueCounts): Promise<[string, QueueOutcome]> {
    const { name, type } = queue
    const isStream = type === 'stream'
    // RabbitMQ only knows the counts of a stream from its statistics, which lag by several seconds.
    const counts = isStream ? await this.#statistics(name) : queue
    const { messages_ready: ready, messages_unacknowledged: unacked } = counts
    // A stream cannot be looked into like that, and has no dead letters.
    const isReadable = !isStream && ready > 0
    const path = `queues/${this.#vhost}/${encodeURIComponent(name)}/get`
    const request = { count: 100, ackmode: 'ack_requeue_true', encoding: 'auto' }
    const messages = isReadable
      ? ((await this.#management.request('POST', path, request)) as GotMessage[])
      : []
    const deaths = messages
      .map(({ properties }) => deathsOf(properties.headers ?? {}))
      .filter(({ length }) => length > 0)
    return [name, { ready, unacked, ...(deaths.length > 0 && { deaths }) }]
  }
}

interface Place {
  readonly url: string
  readonly vhost: string
  readonly management: Management
}

async function openBroker(): Promise<readonly [Place, AsyncDisposable]> {
  if (inject('broker') === 'embedded') {
    const broker = await startTestBroker({ management: 0 })
    const management = new Management(broker.managementUrl ?? '')
    return [{ url: broker.url, vhost: broker.vhost, management }, broker]
  }
  const broker = await testBroker()
  const { url, vhost, management } = broker
  if (management === undefined) throw new Error('RabbitMQ has a management API')
  return [{ url, vhost, management }, broker]
}
