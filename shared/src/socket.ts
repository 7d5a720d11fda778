import { Socket } from 'node:net'

import type { ChannelModel } from 'amqplib'

/** What amqplib writes to; it has no name for it. */
export function socketOf(model: ChannelModel): Socket | undefined {
  const connection: object = model.connection
  return 'stream' in connection && connection.stream instanceof Socket
    ? connection.stream
    : undefined
}
