import { expect } from 'vitest'

import { fieldsOf, type Fields } from './codec.ts'
import { isSince, test as base } from './contract.ts'
import { setTracing } from './operator.ts'
import { Peer } from './peer.ts'

/** A message on amq.rabbitmq.trace. */
interface Trace {
  readonly key: unknown
  readonly headers: Fields
  readonly properties: Fields
  readonly body: string
  /** The content header as it was received. */
  readonly octets: Buffer
}

/** Receives everything that the firehose publishes. */
export class Firehose implements AsyncDisposable {
  readonly #peer: Peer

  private constructor(peer: Peer) {
    this.#peer = peer
  }

  static async open(url: string, routingKey = '#'): Promise<Firehose> {
    const peer = await Peer.open(url)
    const { queue } = await peer.ok(1, 'QueueDeclare', { exclusive: true })
    await peer.ok(1, 'QueueBind', { queue, exchange: 'amq.rabbitmq.trace', routingKey })
    await peer.ok(1, 'BasicConsume', { queue, noAck: true })
    return new Firehose(peer)
  }

  /** Waits for the next trace. The traced message must have a body. */
  async next(): Promise<Trace> {
    const [method, header, body] = await this.#peer.take(3)
    if (header?.kind !== 'header' || body?.kind !== 'body') throw new Error('no content')
    const fields = fieldsOf(method)
    expect(fields).toMatchObject({ exchange: 'amq.rabbitmq.trace', redelivered: false })
    const { headers, ...properties } = header.properties
    return {
      key: fields['routingKey'],
      headers: headers as Fields,
      properties,
      body: String(body.body),
      octets: this.#peer.lastHeader,
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#peer[Symbol.asyncDispose]()
  }
}

/* oxlint-disable no-empty-pattern -- vitest reads from the pattern which fixtures a fixture uses */
const extended = base.extend<{ readonly firehose: Firehose }>({
  firehose: async ({ broker }, use) => {
    await setTracing(broker, true)
    await using firehose = await Firehose.open(broker.url)
    await use(firehose)
    await setTracing(broker, false)
  },
})
/* oxlint-enable no-empty-pattern */

// Recorded on 4.3, and not compared with earlier versions.
export const test = isSince('4.3') ? extended : (extended.skip as typeof extended)
