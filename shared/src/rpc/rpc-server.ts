import type { ConsumeOptions } from '../consuming/consume-options.ts'
import type { Delivery } from '../consuming/delivery.ts'
import type { Subscription } from '../consuming/subscription.ts'
import { callListener } from '../errors/listeners.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import type { HandleOptions } from '../handling/handler.ts'
import type { Body } from '../messages/body.ts'
import type { MessageOptions } from '../messages/message-options.ts'
import type { SessionParts } from '../topology/destination.ts'
import { Exchange } from '../topology/exchange.ts'
import type { Queue } from '../topology/queue.ts'
import { errorHeader } from './rpc-client.ts'

/**
 * Answers a request: what it returns, or resolves with, is the body of the reply. If it throws, the
 * reply is the message of the error, and the call rejects with a {@link RemoteError}.
 */
export type RequestHandler = (request: Delivery) => Body | Promise<Body>

/** The options of {@link Session.rpcServer}. */
export interface RpcServerOptions
  extends Omit<ConsumeOptions, 'autoAck'>, Pick<HandleOptions, 'concurrency'> {
  /**
   * Called when a reply could not be delivered, because its client has gone or asked for none. The
   * request is acknowledged all the same: nobody waits for it.
   */
  readonly onLostReply?: (error: MessagingError, request: Delivery) => void
}

/** The reply queue is gone with its client, or is full. Neither is the fault of the server. */
const replyWasLost: readonly string[] = ['UNROUTABLE', 'NACKED']

/** Answers the requests in a queue until the subscription ends. */
export async function serve(
  session: SessionParts,
  { queue, handler }: { readonly queue: Queue; readonly handler: RequestHandler },
  { onLostReply, ...options }: RpcServerOptions,
): Promise<Subscription> {
  const replies = await Exchange.declare(session, '', { kind: 'direct' })

  const reply = async (request: Delivery, body: Body, headers: MessageOptions['headers']) => {
    const { replyTo, correlationId = '' } = request
    if (replyTo === undefined) throw new MessagingError('UNROUTABLE', 'the request has no reply-to')
    await replies.publish(replyTo, body, { correlationId, headers: headers ?? {}, mandatory: true })
  }

  return queue.consume(async (request) => {
    const { body, headers } = await answer(handler, request)
    try {
      // Before the acknowledgement: if this server dies in between, another one answers too.
      await reply(request, body, headers)
    } catch (error) {
      if (!(error instanceof MessagingError) || !replyWasLost.includes(error.code)) {
        // The request is not answered, so it must not be lost.
        request.nack()
        throw error
      }
      callListener(() => onLostReply?.(error, request))
    }
  }, options)
}

/** A request that cannot be answered must not end the server: its error is the reply. */
async function answer(
  handler: RequestHandler,
  request: Delivery,
): Promise<{ readonly body: Body; readonly headers: MessageOptions['headers'] }> {
  try {
    return { body: await handler(request), headers: {} }
  } catch (error) {
    const body = error instanceof Error ? error.message : String(error)
    return { body, headers: { [errorHeader]: true } }
  }
}
