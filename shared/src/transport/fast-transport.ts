import type { ChannelModel } from 'amqplib'

import { internalsOf, type Internals } from './internals.ts'
import { receiveFrames } from './receive-frames.ts'
import { sendMessages } from './send-messages.ts'
import { WriteBatch } from './write-batch.ts'

/**
 * Replaces how amqplib encodes messages, which copies bodies several times, and its writes to the socket,
 * which are a system call for each message. An amqplib with other internals stays as it is.
 */
export function useFastTransport(model: ChannelModel): void {
  const connection = internalsOf(model)
  if (connection === undefined) return
  const batch = WriteBatch.of(connection.stream)
  writeDirectly(connection, batch)
  sendMessages(connection, batch)
  receiveFrames(connection)
}

/**
 * Lets channels write to the socket. In amqplib each channel writes to a stream of its own, and a
 * multiplexer reads from these streams a turn later.
 */
function writeDirectly({ muxer }: Internals, batch: WriteBatch): void {
  muxer.pipeFrom = (channel) => {
    Object.assign(channel, {
      write(frames: Buffer): boolean {
        const accepts = batch.write(frames)
        if (!accepts) batch.notifyOnDrain(channel)
        return accepts
      },
    })
  }
}
