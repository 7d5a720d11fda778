import type { Delivery } from '@messaging-patterns/shared'

import { encodeResult } from '../protocol/result-message.ts'
import { senderOf } from '../protocol/task-message.ts'
import type { Sender } from './sender.ts'

/**
 * Rejects a message that is not a call: Celery would not run it either. If it says who has sent it, that
 * client gets a FAILURE. Resolves with the id of the call, as far as it has one.
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
