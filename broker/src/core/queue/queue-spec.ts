import type { FieldTable } from '../../protocol/field-value.ts'
import type { QueueSettings } from './queue-settings.ts'

/** How a queue was declared. */
export interface QueueSpec {
  readonly name: string
  readonly durable: boolean
  readonly autoDelete: boolean
  /** The only connection that may use the queue, if it is exclusive. */
  readonly owner: object | undefined
  readonly arguments: FieldTable
  readonly settings: QueueSettings
}
