/** The first octet of a frame is its type. */
export const frameType = { method: 1, header: 2, body: 3, heartbeat: 8 } as const

/** The bytes around the payload: type, channel and size before it, and the end octet after it. */
export const frameOverhead = 8
export const frameEnd = 0xce

export interface Frame {
  /** May be unknown, and not in `frameType`. */
  readonly type: number
  readonly channel: number
  /** In the memory of the socket: copy what you keep. */
  readonly payload: Uint8Array
}

/** `AMQP` and the version 0-9-1. A client starts with it, and a server answers other versions with it. */
export const protocolHeader: Uint8Array = Uint8Array.of(65, 77, 81, 80, 0, 0, 9, 1)
