import type { Connection } from '../connection/connection.ts'
import type { ConsumeOptions } from './consume-options.ts'
import type { DeliveryTracker } from './delivery-tracker.ts'

/** The queue that is consumed from; its name may change with the connection. */
export interface ConsumedQueue {
  readonly name: string
  /** Whether the broker counts how often a delivery of a message has failed. */
  readonly countsDeliveries: boolean
}

/** What is consumed, and how. */
export interface Consumed {
  readonly queue: ConsumedQueue
  readonly connection: Connection
  readonly options: ConsumeOptions
  /** For a stream: where to continue on each connection. */
  readonly tracker?: DeliveryTracker
}
