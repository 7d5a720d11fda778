/** The types of a frame, its first octet. */
export const frameType = { method: 1, header: 2, body: 3, heartbeat: 8 } as const

/** Type, channel and size before the payload, the end octet after it. */
export const frameOverhead = 8
export const frameEnd = 0xce

export interface Frame {
  /** As it came: it may be none of `frameType`. */
  readonly type: number
  readonly channel: number
  /** In the memory it came in: copy what is to be kept. */
  readonly payload: Uint8Array
}

/** `AMQP` and version 0-9-1: how a client begins, and how a server says what it speaks. */
export const protocolHeader: Uint8Array = Uint8Array.of(65, 77, 81, 80, 0, 0, 9, 1)
