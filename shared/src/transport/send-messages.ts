import { encodeMessage } from './encode-message.ts'
import type { Internals } from './internals.ts'
import type { WriteBatch } from './write-batch.ts'

const frameOverhead = 8

/** Sends the bodies of messages as they are: amqplib copies each twice. */
export function sendMessages(connection: Internals, batch: WriteBatch): void {
  connection.sendMessage = (...message) => {
    const [channel, , , , , content] = message
    if (!Buffer.isBuffer(content)) throw new TypeError('content is not a buffer')
    const frames = encodeMessage(message, connection.frameMax)
    connection.sentSinceLastCheck = true
    let accepts = batch.write(frames)
    const maxBody = connection.frameMax - frameOverhead
    for (let start = 0; start < content.length; start += maxBody)
      accepts = batch.writeBody(channel, content.subarray(start, start + maxBody))
    const buffer = connection.channels[channel]?.buffer
    if (!accepts && buffer !== undefined) batch.notifyOnDrain(buffer)
    return accepts
  }
}
