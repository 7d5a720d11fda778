/**
 * The states of a consumer that recovers. While it is active it goes round, once for each connection:
 *
 *     idle -> starting -> consuming -> idle      when the connection is lost
 *                 ^           |
 *                 +- reviving <                  when the broker cancels the consumer
 *
 * From each of these it ends: cancelling -> draining -> closed. If its queue was deleted or the
 * session has ended there is nothing to cancel, and it goes to draining at once.
 */
export type ConsumerState =
  /** Waits for a connection. */
  | { readonly name: 'idle' }
  /** Opens a channel and consumes; `revived` after the broker had cancelled the consumer. */
  | { readonly name: 'starting'; readonly started: Promise<void>; readonly revived: boolean }
  | { readonly name: 'consuming' }
  /** Checks whether the queue still exists. */
  | { readonly name: 'reviving' }
  /** Takes no more messages, and waits for the broker to confirm that. */
  | { readonly name: 'cancelling'; readonly cancelled: Promise<void> }
  /** No message will come. The channel stays open until the last delivery is settled. */
  | { readonly name: 'draining' }
  | { readonly name: 'closed'; readonly channelClosed: Promise<void> }

/** Whether a consumer may still take messages, now or on the next connection. */
export function isActive({ name }: ConsumerState): boolean {
  return name !== 'cancelling' && name !== 'draining' && name !== 'closed'
}

/** Whether a consumer comes back after the broker had cancelled it. */
export function isReviving(state: ConsumerState): boolean {
  return state.name === 'reviving' || (state.name === 'starting' && state.revived)
}
