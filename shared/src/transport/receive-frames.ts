import type { Internals } from './internals.ts'

const headerSize = 7
const overhead = headerSize + 1

/**
 * Copies a frame once if it arrives in several parts. amqplib joins each part with all that it has not
 * parsed yet, which copies a large frame, and what follows it, several times.
 */
export function receiveFrames(connection: Internals): void {
  const { stream } = connection
  const parse = connection.recvFrame.bind(connection)
  /** A frame of which only a part has arrived. */
  let frame: Buffer | undefined
  let received = 0
  connection.recvFrame = () => {
    for (;;) {
      if (frame === undefined) {
        const size = sizeOfNext(connection)
        if (connection.rest.length >= size) return parse()
        if (connection.rest.length >= headerSize) {
          frame = Buffer.allocUnsafe(size)
          received = connection.rest.copy(frame)
        }
      }
      const incoming: Buffer | null = stream.read()
      if (incoming === null) return false
      connection.recvSinceLastCheck = true
      if (frame === undefined) {
        const { rest } = connection
        connection.rest = rest.length === 0 ? incoming : Buffer.concat([rest, incoming])
        continue
      }
      const copied = incoming.copy(frame, received)
      received += copied
      if (received < frame.length) continue
      connection.rest = frame
      frame = undefined
      const parsed = parse()
      connection.rest = incoming.subarray(copied)
      return parsed
    }
  }
}

/** The size of the next frame, or of its header if that has not arrived. */
function sizeOfNext({ rest, maxFrameSize }: Internals): number {
  if (rest.length < headerSize) return headerSize
  const payload = rest.readUInt32BE(3)
  const isRefused = maxFrameSize > 0 && payload > maxFrameSize
  return isRefused ? headerSize : payload + overhead
}
