import type { ConsumeOptions } from '../consuming/consume-options.ts'
import type { Delivery } from '../consuming/delivery.ts'
import type { Subscription } from '../consuming/subscription.ts'
import { callListener } from '../errors/listeners.ts'
import { MessagingError } from '../errors/messaging-error.ts'
import type { HandleOptions } from '../handling/handler.ts'
import type { Body } from '../messages/body.ts'
import type { Headers } from '../messages/headers.ts'
import type { SessionParts } from '../topology/destination.ts'
import { Exchange } from '../topology/exchange.ts'
import type { Queue } from '../topology/queue.ts'
import { ReplyPublisher } from './reply-publisher.ts'
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
   * request has been acknowledged: nobody waits for it. Without this, the broker confirms no replies,
   * which saves it and the server work.
   */
  readonly onLostReply?: (error: MessagingError, request: Delivery) => void
}

/** Answers the requests in a queue until the subscription ends. */
export async function serve(
  session: SessionParts,
  { queue, handler }: { readonly queue: Queue; readonly handler: RequestHandler },
  { onLostReply, ...options }: RpcServerOptions,
): Promise<Subscription> {
  const unconfirmed = onLostReply === undefined ? await ReplyPublisher.open(session) : undefined
  const publisher = unconfirmed ?? session.publisher
  const replies = await Exchange.declare({ ...session, publisher }, '', { kind: 'direct' })
  const mandatory = unconfirmed === undefined

  const reply = async (request: Delivery, { body, headers }: Answer): Promise<void> => {
    const { replyTo, correlationId = '' } = request
    if (replyTo === undefined) throw new MessagingError('UNROUTABLE', 'the request has no reply-to')
    await replies.publish(replyTo, body, { correlationId, headers, mandatory })
  }

  const send = async (request: Delivery, answered: Answer): Promise<void> => {
    try {
      await reply(request, answered)
    } catch (error) {
      if (!(error instanceof MessagingError)) throw error
      // What the handler returned cannot be sent.
      if (error.code === 'CONTENT_REFUSED') await send(request, failure(error))
      else callListener(() => onLostReply?.(error, request))
    }
  }

  const handle = async (request: Delivery): Promise<void> => {
    const answered = await answer(handler, request)
    // The reply leaves before the acknowledgement. We do not wait for its confirm in between: a reply
    // that is lost on its way to the client is a timeout there, whatever we know about it here.
    void send(request, answered)
  }
  try {
    const server = await queue.consume(handle, options)
    void server.ended().then(() => unconfirmed?.close())
    return server
  } catch (error) {
    await unconfirmed?.close()
    throw error
  }
}

interface Answer {
  readonly body: Body
  readonly headers: Headers
}

/** A request that cannot be answered must not end the server: its error is the reply. */
async function answer(handler: RequestHandler, request: Delivery): Promise<Answer> {
  try {
    return { body: await handler(request), headers: {} }
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): Answer {
  const body = error instanceof Error ? error.message : String(error)
  return { body, headers: { [errorHeader]: true } }
}
