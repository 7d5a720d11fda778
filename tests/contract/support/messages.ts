import { waitFor } from '@messaging-patterns/testkit'
import type { Channel, ConfirmChannel, ConsumeMessage, GetMessage, Message, Options } from 'amqplib'

// A short interval, because most of the hundreds of tests wait for a message or two.
const often = { interval: 4 }

/** Publishes a message and waits for the confirm. Rejects on a nack. */
export async function publish(
  channel: ConfirmChannel,
  to: { readonly exchange?: string; readonly key?: string },
  { body = '', ...options }: Options.Publish & { readonly body?: string | Buffer } = {},
): Promise<void> {
  const content = Buffer.from(body)
  await new Promise<void>((resolve, reject) => {
    channel.publish(to.exchange ?? '', to.key ?? '', content, options, (refused: Error | null) => {
      if (refused === null) resolve()
      else reject(refused)
    })
  })
}

/** Publishes the bodies to a queue in order, and waits until they are confirmed. */
export async function fill(
  channel: ConfirmChannel,
  queue: string,
  bodies: Iterable<string>,
): Promise<void> {
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body))
  await channel.waitForConfirms()
}

/** Waits for the next message, and gets it with auto-ack. */
export async function take(channel: Channel, queue: string): Promise<GetMessage> {
  return waitFor(`a message in ${queue}`, () => channel.get(queue, { noAck: true }), often)
}

/** Waits for the next message, and gets it without acknowledging it. */
export async function hold(channel: Channel, queue: string): Promise<GetMessage> {
  return waitFor(`a message in ${queue}`, () => channel.get(queue), often)
}

/** Gets all messages from the queue with auto-ack, and returns their bodies. */
export async function drain(channel: Channel, queue: string): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const message = await channel.get(queue, { noAck: true })
    if (message === false) return bodies
    bodies.push(textOf(message))
  }
}

/** The number of ready messages in the queue. */
export async function ready(channel: Channel, queue: string): Promise<number> {
  return (await channel.checkQueue(queue)).messageCount
}

/** Waits until exactly `count` messages are ready in the queue. */
export async function untilReady(channel: Channel, queue: string, count: number): Promise<void> {
  await waitFor(
    `${count} messages in ${queue}`,
    async () => (await ready(channel, queue)) === count,
  )
}

/** Waits for the end of the queue, which an unroutable message shows. Publishing does not count as use. */
export async function untilGone(channel: ConfirmChannel, queue: string): Promise<void> {
  let returned = false
  channel.on('return', () => (returned = true))
  await waitFor(`${queue} to go`, async () => {
    await publish(channel, { key: queue }, { mandatory: true })
    return returned
  })
}

export function textOf(message: Message): string {
  return message.content.toString()
}

/** The deliveries to one consumer so far. */
export interface Inbox {
  readonly consumerTag: string
  readonly messages: ConsumeMessage[]
  /** True once the broker has cancelled the consumer. */
  readonly cancelled: boolean
  bodies(): string[]
  /** Waits until `count` messages have arrived in total. */
  has(count: number): Promise<ConsumeMessage[]>
}

/** Consumes a queue, and collects the deliveries. */
export async function consume(
  channel: Channel,
  queue: string,
  options: Options.Consume = {},
): Promise<Inbox> {
  const messages: ConsumeMessage[] = []
  let cancelled = false
  const { consumerTag } = await channel.consume(
    queue,
    (message) => {
      if (message === null) cancelled = true
      else messages.push(message)
    },
    options,
  )
  return {
    consumerTag,
    messages,
    get cancelled() {
      return cancelled
    },
    bodies: () => messages.map(textOf),
    async has(count) {
      await waitFor(`${count} messages from ${queue}`, () => messages.length >= count, often)
      return messages
    },
  }
}
