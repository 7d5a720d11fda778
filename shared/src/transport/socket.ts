import { Socket } from 'node:net'

import type { ChannelModel } from 'amqplib'

/** Drops a connection whose broker does not answer: amqplib itself can only ask it to close. */
export function destroySocket(
  model: ChannelModel | undefined,
  reason = 'the broker did not answer in time',
): void {
  // Without an error, amqplib would not notice that the socket is gone: its heartbeat would keep the
  // program running, and pending operations would not end.
  if (model !== undefined) socketOf(model.connection)?.destroy(new Error(reason))
}

/** The socket of amqplib's connection, which is not part of its API. */
export function socketOf(connection: object): Socket | undefined {
  return 'stream' in connection && connection.stream instanceof Socket
    ? connection.stream
    : undefined
}
