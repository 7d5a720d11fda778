import type { Options } from 'amqplib'

import type { Delivery } from './delivery.ts'
import { encodeHeaders, type Headers } from './headers.ts'

// The broker's notes on where a message has been are its to write. CC and BCC would send further
// copies to queues that have had theirs.
const notForwarded = /^(x-(first-|last-)?death.*|x-delivery-count|x-acquired-count|CC|BCC)$/

/**
 * The properties of a message that is published again: those it had, with other headers. Not its
 * expiration, which would end the wait in the next queue: it was taken in time. Nor its user id,
 * which the broker accepts from that user alone.
 */
export function forwardOptions({ message }: Delivery, headers: Headers): Options.Publish {
  const { expiration: _, userId: __, clusterId: ___, ...properties } = message.properties
  const kept = Object.entries(encodeHeaders(headers)).filter(([name]) => !notForwarded.test(name))
  return { ...properties, headers: Object.fromEntries(kept), mandatory: true }
}
