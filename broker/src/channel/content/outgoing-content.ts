import type { QueueEntry } from '../../core/queue/messages/queue-entry.ts'
import { long, sortedTable, type FieldValue } from '../../protocol/field-value.ts'
import type { OutgoingContent } from '../../wire/frame-writer.ts'

/** The message as a consumer gets it. From a quorum queue, its headers say how often it was requeued. */
export function outgoingContent({ message, acquired, failures }: QueueEntry): OutgoingContent {
  if (acquired === 0) return message
  const headers = new Map<string, FieldValue>(message.headers)
  headers.set('x-acquired-count', long(acquired))
  if (failures > 0) headers.set('x-delivery-count', long(failures))
  return {
    properties: { ...message.properties, headers: sortedTable(headers) },
    encodedProperties: undefined,
    body: message.body,
  }
}
