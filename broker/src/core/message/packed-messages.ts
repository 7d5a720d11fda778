import { noProperties } from '../../protocol/properties.ts'
import { Message, type DecodeProperties } from './message.ts'

/** The number of the message, the sizes of its properties and its body, and the index of its route. */
const headSize = 14
/** For larger messages, an object adds little, and copying them takes longer. */
const largestPart = 1024

/** What many messages have in common. */
interface Route {
  readonly exchange: string
  readonly routingKey: string
  readonly decode: DecodeProperties | undefined
}

/**
 * Messages in one piece of memory: without an object of its own, a small message takes half as much.
 * Iterating creates the messages again, which share the piece.
 */
export class PackedMessages {
  readonly #bytes: Uint8Array
  readonly #routes: readonly Route[]

  /** The messages must no longer be used: `retain` counts them as if they were others. */
  constructor(messages: readonly Message[]) {
    let size = 0
    for (const message of messages) size += headSize + message.encodedSize + message.size
    this.#bytes = new Uint8Array(size)
    const view = new DataView(this.#bytes.buffer)
    const routes = new RouteList()
    let at = 0
    for (const message of messages) {
      const { id, size: bodySize, encodedSize, encodedProperties, body } = message
      view.setFloat64(at, id)
      view.setUint16(at + 8, encodedSize)
      view.setUint16(at + 10, bodySize)
      view.setUint16(at + 12, routes.indexOf(message))
      at += headSize
      if (encodedProperties !== undefined) this.#bytes.set(encodedProperties, at)
      this.#bytes.set(body, at + encodedSize)
      at += encodedSize + bodySize
      // If it is still on its way to other queues, they count their copy of it again.
      message.queueCount = 0
    }
    this.#routes = routes.all
  }

  /** Whether nothing is lost when the message is packed. If it is in several queues, they share it. */
  static canHold(message: Message): boolean {
    const { size, encodedSize, queueCount } = message
    const isSmall = size <= largestPart && encodedSize <= largestPart
    return isSmall && queueCount === 1 && message.decodeWhenAsked !== undefined
  }

  *[Symbol.iterator](): Generator<Message> {
    const { buffer, length } = this.#bytes
    const view = new DataView(buffer)
    for (let at = 0; at < length;) {
      const route = this.#routes[view.getUint16(at + 12)]
      const properties = at + headSize
      const body = properties + view.getUint16(at + 8)
      const end = body + view.getUint16(at + 10)
      const message = new Message({
        id: view.getFloat64(at),
        exchange: route?.exchange ?? '',
        routingKey: route?.routingKey ?? '',
        properties: route?.decode ?? noProperties,
        encodedProperties: { buffer, byteOffset: properties, length: body - properties },
        body: { buffer, byteOffset: body, length: end - body },
      })
      message.queueCount = 1
      yield message
      at = end
    }
  }
}

/** The routes of messages, without repetitions. */
class RouteList {
  readonly all: Route[] = []
  readonly #indexes = new Map<string, number>()
  #last = -1

  indexOf(message: Message): number {
    if (this.#isAt(this.#last, message)) return this.#last
    const { exchange, routingKey, decodeWhenAsked: decode } = message
    const name = `${exchange.length} ${exchange}${routingKey}`
    const known = this.#indexes.get(name) ?? -1
    if (this.#isAt(known, message)) this.#last = known
    else {
      this.#last = this.all.push({ exchange, routingKey, decode }) - 1
      this.#indexes.set(name, this.#last)
    }
    return this.#last
  }

  #isAt(index: number, { exchange, routingKey, decodeWhenAsked }: Message): boolean {
    const route = this.all[index]
    return (
      route?.exchange === exchange &&
      route.routingKey === routingKey &&
      route.decode === decodeWhenAsked
    )
  }
}
