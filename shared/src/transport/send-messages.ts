import { Writable } from 'node:stream'

import type { Internals, Message, MessageSender } from './internals.ts'
import type { WriteBatch } from './write-batch.ts'

const empty = Buffer.alloc(0)
const frameOverhead = 8
/** Of a frame with a message's properties: the lower half of the size of the body, which has 64 bits. */
const bodySizeOffset = 15

/**
 * Sends the bodies of messages as they are: amqplib copies each twice. It only encodes what precedes
 * a body here.
 */
export function sendMessages(connection: Internals, batch: WriteBatch): void {
  const encode = encoderOf(connection)
  connection.sendMessage = (...message) => {
    const [channel, method, fields, propertiesId, properties, content] = message
    const frames = encode(channel, method, fields, propertiesId, properties, empty)
    const propertiesStart = frames.readUInt32BE(3) + frameOverhead
    frames.writeUInt32BE(content.length, propertiesStart + bodySizeOffset)
    connection.sentSinceLastCheck = true
    let accepts = batch.write(frames)
    const largest = connection.frameMax - frameOverhead
    for (let start = 0; start < content.length; start += largest)
      accepts = batch.writeBody(channel, content.subarray(start, start + largest))
    const buffer = connection.channels[channel]?.buffer
    if (!accepts && buffer !== undefined) batch.emitDrain(buffer)
    return accepts
  }
}

/** Returns a function that encodes a message without a body: a frame with its method, and one with its properties. */
function encoderOf({ sendMessage }: Internals): (...message: Message) => Buffer {
  let frames: Buffer[] = []
  const buffer = new Writable()
  buffer.write = (bytes: Buffer): boolean => frames.push(bytes) > 0
  const recorder: MessageSender = { channels: [], sendContent: () => true }
  return (...message) => {
    frames = []
    recorder.channels[message[0]] ??= { buffer }
    sendMessage.apply(recorder, message)
    const [first = empty] = frames
    return frames.length === 1 ? first : Buffer.concat(frames)
  }
}
