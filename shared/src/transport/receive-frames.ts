import type { FrameParser, Internals } from './internals.ts'

const headerSize = 7
const overhead = headerSize + 1

/**
 * Copies a frame once if it arrives in several parts. amqplib joins each part with all that it has not
 * parsed yet, which copies a large frame, and what follows it, several times.
 */
export function receiveFrames(connection: Internals): void {
  const { stream, recvFrame, rest, maxFrameSize } = connection
  /** What amqplib's parser sees as its connection: one from which nothing more can be read. */
  const parser: FrameParser = { rest, maxFrameSize, stream: { read: () => null } }
  /** A frame of which only a part has arrived. */
  let partial: Buffer | undefined
  let received = 0
  /** What was read after the frame that was completed last. */
  let unparsed: Buffer | undefined

  connection.rest = Buffer.alloc(0)
  connection.recvFrame = () => {
    for (;;) {
      const frame = recvFrame.call(parser)
      if (frame !== false) return frame
      const incoming: Buffer | null = unparsed ?? stream.read()
      if (incoming === null) return false
      unparsed = undefined
      connection.recvSinceLastCheck = true
      add(incoming)
    }
  }

  function add(bytes: Buffer): void {
    if (partial === undefined && parser.rest.length < headerSize) {
      parser.rest = parser.rest.length === 0 ? bytes : Buffer.concat([parser.rest, bytes])
      return
    }
    if (partial === undefined) {
      partial = Buffer.allocUnsafe(parser.rest.readUInt32BE(3) + overhead)
      received = parser.rest.copy(partial)
      parser.rest = Buffer.alloc(0)
    }
    const copied = bytes.copy(partial, received)
    received += copied
    if (received < partial.length) return
    parser.rest = partial
    partial = undefined
    unparsed = bytes.subarray(copied)
  }
}
