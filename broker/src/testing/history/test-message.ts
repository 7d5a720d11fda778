import type { EventMessage } from '../../events/broker-events.ts'
import { plainFields } from '../../protocol/field-value.ts'
import type { MessageProperties } from '../../protocol/properties.ts'

/** A message that the broker has seen. */
export class TestMessage {
  readonly exchange: string
  readonly routingKey: string
  readonly body: Uint8Array
  readonly #message: EventMessage

  constructor(message: EventMessage) {
    this.exchange = message.exchange
    this.routingKey = message.routingKey
    this.body = message.body
    this.#message = message
  }

  /** The body as text. */
  get text(): string {
    return new TextDecoder().decode(this.body)
  }

  /** The body as JSON. Throws if it is something else. */
  json(): unknown {
    return JSON.parse(this.text)
  }

  get headers(): Readonly<Record<string, unknown>> {
    return plainFields(this.#message.properties.headers ?? new Map())
  }

  /** All properties but the headers. */
  get properties(): Omit<MessageProperties, 'headers'> {
    const { headers: _, ...properties } = this.#message.properties
    return properties
  }
}
