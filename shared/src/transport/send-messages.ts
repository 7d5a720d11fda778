import type { ChannelBuffer, Internals, Message, MessageSender, Properties } from './internals.ts'
import type { WriteBatch } from './write-batch.ts'

const empty = Buffer.alloc(0)
const frameOverhead = 8
/** In a content header frame: the low 32 bits of the size of the body, which has 64. */
const bodySizeOffset = 15

/**
 * Sends the bodies of messages as they are: amqplib copies each twice. Here it only encodes the two frames
 * before a body, with the method and with the properties.
 */
export function sendMessages(connection: Internals, batch: WriteBatch): void {
  const encode = encoderOf(connection)
  connection.sendMessage = (...message) => {
    const [channel, method, fields, propertiesId, properties, content] = message
    if (!Buffer.isBuffer(content)) throw new TypeError('content is not a buffer')
    joinHeaders(properties)
    const frames = encode(channel, method, fields, propertiesId, properties, empty)
    const headerStart = frames.readUInt32BE(3) + frameOverhead
    frames.writeUInt32BE(content.length, headerStart + bodySizeOffset)
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

/**
 * amqplib makes the given headers the prototype of an object with its own, CC and BCC. V8 gives every
 * prototype a hidden class of its own, so its inline caches miss for each message. A flat copy avoids that.
 */
function joinHeaders(properties: Properties): void {
  const { headers } = properties
  const given: unknown = Object.getPrototypeOf(headers)
  if (typeof given === 'object' && given !== null) properties.headers = { ...given, ...headers }
}

/** Returns a function that encodes a message with an empty body. */
function encoderOf({ sendMessage }: Internals): (...message: Message) => Buffer {
  let frames: Buffer[] = []
  const buffer: ChannelBuffer = {
    write: (bytes: Buffer) => frames.push(bytes) > 0,
    emit: () => false,
  }
  const recorder: MessageSender = { channels: [], sendContent: () => true }
  return (...message) => {
    frames = []
    recorder.channels[message[0]] ??= { buffer }
    sendMessage.apply(recorder, message)
    const [first = empty] = frames
    return frames.length === 1 ? first : Buffer.concat(frames)
  }
}
