// Floods a broker, while other clients measure how it serves them.
import type { Socket } from 'node:net'

import { connect, type ChannelModel } from 'amqplib'

import { frame, frameTypes, socketOf } from './frames.ts'
import { bodyOf } from './messages.ts'
import { runClient } from './run-client.ts'

const channel = 1
const bytesPerWrite = 65_536

const models: ChannelModel[] = []

await runClient((url) =>
  Promise.resolve({
    'start-flood': async ({ exchange, bytes, concurrency }) => {
      while (models.length < concurrency) models.push(await connect(url, { noDelay: true }))
      const message = encode(exchange, bodyOf(bytes))
      const count = Math.ceil(bytesPerWrite / message.length)
      const messages = Buffer.concat(Array.from({ length: count }, () => message))
      for (const model of models) {
        // It ends with a reset.
        model.on('error', () => {})
        await model.createChannel()
        keepWriting(socketOf(model), messages)
      }
      return undefined
    },
    'stop-flood': () => {
      // The broker drops what it has not read yet, so that the next round does not have to wait for it.
      for (const model of models.splice(0)) socketOf(model).resetAndDestroy()
      return Promise.resolve(undefined)
    },
  }),
)

/** Writes as fast as the socket accepts it. amqplib would encode each message, which is slower. */
function keepWriting(socket: Socket, messages: Buffer): void {
  const write = (): void => {
    while (socket.write(messages)) continue
  }
  socket.on('drain', write)
  write()
}

/** The frames of a transient message on channel 1: basic.publish, a header without properties, a body. */
function encode(exchange: string, body: Buffer): Buffer {
  const publish = [0, 60, 0, 40, 0, 0, exchange.length, ...Buffer.from(exchange), 0, 0]
  const header = Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(body.length, 8)
  return Buffer.concat([
    frame(frameTypes.method, channel, Buffer.from(publish)),
    frame(frameTypes.header, channel, header),
    frame(frameTypes.body, channel, body),
  ])
}
