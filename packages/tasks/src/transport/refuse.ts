import type { Delivery } from '@messaging-patterns/shared'

import { encodeResult } from '../protocol/result-message.ts'
import { senderOf } from '../protocol/task-message.ts'
import type { Sender } from './sender.ts'

/**
 * Rejects a message that is not a call: Celery would not run it either. If the message names its client,
 * that client gets a FAILURE. Resolves with the id of the call; empty if it has none.
 */
export async function refuse(sender: Sender, delivery: Delivery, error: unknown): Promise<string> {
  const client = senderOf(delivery)
  try {
    if (client !== undefined) {
      const { id: taskId, parentId, replyTo } = client
      const body = encodeResult('FAILURE', { taskId, parentId, children: [], error })
      await sender.reply(replyTo, body, taskId)
    }
  } finally {
    delivery.reject()
  }
  return client?.id ?? ''
}
