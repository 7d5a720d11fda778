import type { FieldTable } from '../../protocol/field-value.ts'
import { noProperties, type MessageProperties } from '../../protocol/properties.ts'
import type { DeathRecord } from './death.ts'

const none: readonly never[] = []

export type DecodeProperties = (encoded: Uint8Array) => MessageProperties

export interface MessageInit {
  /** By default, the next number. */
  readonly id?: number
  readonly exchange: string
  readonly routingKey: string
  /** The routing keys of the CC and BCC headers. */
  readonly extraKeys?: readonly string[]
  /** How many of `extraKeys`, counted from the end, are from BCC: consumers must not see them. */
  readonly hiddenKeys?: number
  /** Or a function that decodes `encodedProperties`, if they contain no priority. */
  readonly properties?: MessageProperties | DecodeProperties
  /** The properties as they were received, if nothing changed them. The core does not read them. */
  readonly encodedProperties?: Uint8Array | undefined
  readonly body: Uint8Array
  /** Milliseconds, from the property `expiration`. */
  readonly ttl?: number | undefined
  readonly deaths?: readonly DeathRecord[]
  readonly failures?: number
}

let lastId = 0

/** A published message. It never changes, so all queues that it was routed to share it. */
export class Message {
  /** Dead letters have the number of the message that died. */
  readonly id: number
  readonly exchange: string
  readonly routingKey: string
  readonly extraKeys: readonly string[]
  readonly hiddenKeys: number
  readonly #properties: MessageProperties | DecodeProperties
  readonly encodedProperties: Uint8Array | undefined
  readonly priority: number | undefined
  readonly body: Uint8Array
  readonly ttl: number | undefined
  readonly deaths: readonly DeathRecord[]
  /** How often consumers failed to process it, before it was dead-lettered. */
  readonly failures: number
  /** In how many queues it is: the memory that it takes is counted once. */
  queueCount = 0

  constructor(init: MessageInit) {
    this.id = init.id ?? ++lastId
    this.exchange = init.exchange
    this.routingKey = init.routingKey
    this.extraKeys = init.extraKeys ?? none
    this.hiddenKeys = init.hiddenKeys ?? 0
    this.#properties = init.properties ?? noProperties
    this.encodedProperties = init.encodedProperties
    this.priority = typeof this.#properties === 'function' ? undefined : this.#properties.priority
    this.body = init.body
    this.ttl = init.ttl
    this.deaths = init.deaths ?? none
    this.failures = init.failures ?? 0
  }

  get properties(): MessageProperties {
    if (typeof this.#properties !== 'function') return this.#properties
    return this.#properties(this.encodedProperties ?? new Uint8Array(0))
  }

  get headers(): FieldTable | undefined {
    return this.properties.headers
  }

  /** The routing keys without those from BCC. */
  get visibleKeys(): readonly string[] {
    const shown = this.extraKeys.length - this.hiddenKeys
    return [this.routingKey, ...this.extraKeys.slice(0, shown)]
  }
}
