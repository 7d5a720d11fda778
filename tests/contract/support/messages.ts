import { waitFor } from '@messaging-patterns/testkit'
import type { Channel, ConfirmChannel, ConsumeMessage, GetMessage, Message, Options } from 'amqplib'

// There are hundreds of cases, and most of them wait for a message or two.
const often = { interval: 4 }

/** Publishes and waits for the confirm; rejects if the broker refuses the message. */
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

/** Puts the bodies into a queue, in order, and waits until the broker has confirmed them. */
export async function fill(
  channel: ConfirmChannel,
  queue: string,
  bodies: Iterable<string>,
): Promise<void> {
  for (const body of bodies) channel.sendToQueue(queue, Buffer.from(body))
  await channel.waitForConfirms()
}

/** Takes the next message as soon as there is one; it counts as acknowledged. */
export async function take(channel: Channel, queue: string): Promise<GetMessage> {
  return waitFor(`a message in ${queue}`, () => channel.get(queue, { noAck: true }), often)
}

/** Takes the next message as soon as there is one; it stays to be acknowledged. */
export async function hold(channel: Channel, queue: string): Promise<GetMessage> {
  return waitFor(`a message in ${queue}`, () => channel.get(queue), often)
}

/** Takes all that is in the queue now, and gives the bodies. */
export async function drain(channel: Channel, queue: string): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const message = await channel.get(queue, { noAck: true })
    if (message === false) return bodies
    bodies.push(textOf(message))
  }
}

/** How many messages are ready in the queue. */
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

export function textOf(message: Message): string {
  return message.content.toString()
}

/** What one consumer has got so far. */
export interface Inbox {
  readonly consumerTag: string
  readonly messages: ConsumeMessage[]
  /** True once the broker has cancelled the consumer. */
  readonly cancelled: boolean
  bodies(): string[]
  /** Waits until `count` messages have come in all. */
  has(count: number): Promise<ConsumeMessage[]>
}

/** Consumes from a queue into a list. */
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
