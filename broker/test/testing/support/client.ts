import amqp, { type ConfirmChannel, type ChannelModel } from 'amqplib'

import type { TestBroker } from '../../../src/testing/index.ts'

export interface Client extends AsyncDisposable {
  readonly connection: ChannelModel
  readonly channel: ConfirmChannel
  /** Resolves with the reason when the connection is closed. */
  readonly closed: Promise<Error | undefined>
}

/** A connection of amqplib with a channel. Errors reject the calls that they concern. */
export async function openClient(
  broker: TestBroker,
  name = 'test',
  url = broker.url,
): Promise<Client> {
  const connection = await amqp.connect(url, { clientProperties: { connection_name: name } })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  let isClosed = false
  const closed = new Promise<Error | undefined>((resolve) => {
    connection.once('close', (error?: Error) => {
      isClosed = true
      resolve(error)
    })
  })
  return {
    connection,
    channel,
    closed,
    async [Symbol.asyncDispose]() {
      if (!isClosed) await connection.close()
    },
  }
}

/** Publishes text to a queue, and waits for the confirm. */
export async function send(
  { channel }: Client,
  queue: string,
  ...bodies: readonly string[]
): Promise<void> {
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body))
  await channel.waitForConfirms()
}
