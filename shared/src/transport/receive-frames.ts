import { FrameCutter } from './frame-cutter.ts'
import { receiveBytes } from './incoming-bytes.ts'
import type { FrameParser, Internals } from './internals.ts'

const empty = Buffer.alloc(0)

/** Copies frames once, from the memory that the socket reads into, and lets amqplib parse and handle them. */
export function receiveFrames(connection: Internals): void {
  const { stream, recvFrame, rest, maxFrameSize } = connection
  /** What amqplib's parser sees as its connection: one from which nothing more can be read. */
  const parser: FrameParser = { rest: empty, maxFrameSize, stream: { read: () => null } }
  const cutter = new FrameCutter((frames) => {
    parser.rest = frames
    for (;;) {
      const frame = recvFrame.call(parser)
      if (frame === false) return
      connection.accept(frame)
    }
  })

  connection.rest = empty
  receive(rest)
  for (;;) {
    const bytes: Buffer | null = stream.read()
    if (bytes === null) break
    receive(bytes)
  }
  receiveBytes(stream, receive)

  function receive(bytes: Buffer): void {
    connection.recvSinceLastCheck = true
    try {
      cutter.push(bytes)
    } catch (error) {
      connection.emit('frameError', error)
    }
  }
}
