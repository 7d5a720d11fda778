// As much of AMQP's framing as the clients need that bypass amqplib.
import type { Socket } from 'node:net'

import type { ChannelModel } from 'amqplib'

export const frameTypes = { method: 1, header: 2, body: 3 }
/** The type, the channel and the length of the payload. */
export const headSize = 7
const frameEnd = 0xce

export function frame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headSize)
  head.writeUInt8(type)
  head.writeUInt16BE(channel, 1)
  head.writeUInt32BE(payload.length, 3)
  return Buffer.concat([head, payload, Buffer.from([frameEnd])])
}

export function socketOf({ connection }: ChannelModel): Socket {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- amqplib's types omit its socket
  return (connection as unknown as { readonly stream: Socket }).stream
}
