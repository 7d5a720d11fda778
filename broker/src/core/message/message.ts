import type { FieldTable } from '../../protocol/field-value.ts'
import { noProperties, type MessageProperties } from '../../protocol/properties.ts'
import type { DeathRecord } from './death.ts'

const none: readonly never[] = []

export type DecodeProperties = (encoded: Uint8Array) => MessageProperties

/** What a message has to know of an array to create a view of the same bytes. */
type Bytes = Pick<Uint8Array, 'buffer' | 'byteOffset' | 'length'>

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
  readonly encodedProperties?: Bytes | undefined
  readonly body: Bytes
  /** Milliseconds, from the property `expiration`. */
  readonly ttl?: number | undefined
  readonly deaths?: readonly DeathRecord[]
  readonly failures?: number
}

/** What few messages have. */
interface Extras {
  readonly extraKeys: readonly string[]
  readonly hiddenKeys: number
  readonly priority: number | undefined
  readonly ttl: number | undefined
  readonly deaths: readonly DeathRecord[]
  readonly failures: number
}

const noExtras: Extras = {
  extraKeys: none,
  hiddenKeys: 0,
  priority: undefined,
  ttl: undefined,
  deaths: none,
  failures: 0,
}

let lastId = 0

/**
 * A published message. It never changes, so all queues that it was routed to share it. A million of
 * them may wait, so it is small: it creates the views of its bytes only when they are asked for.
 */
export class Message {
  /** Dead letters have the number of the message that died. */
  readonly id: number
  readonly exchange: string
  readonly routingKey: string
  /** In how many queues it is: the memory that it takes is counted once. */
  queueCount = 0
  /** The size of its body. */
  readonly size: number
  readonly #bodyBuffer: ArrayBufferLike
  readonly #bodyAt: number
  readonly #encodedBuffer: ArrayBufferLike | undefined
  readonly #encodedAt: number
  /** The size of its encoded properties. */
  readonly encodedSize: number
  readonly #properties: MessageProperties | DecodeProperties
  readonly #extras: Extras

  constructor(init: MessageInit) {
    const { body, encodedProperties, properties = noProperties } = init
    this.id = init.id ?? ++lastId
    this.exchange = init.exchange
    this.routingKey = init.routingKey
    this.size = body.length
    this.#bodyBuffer = body.buffer
    this.#bodyAt = body.byteOffset
    this.#encodedBuffer = encodedProperties?.buffer
    this.#encodedAt = encodedProperties?.byteOffset ?? 0
    this.encodedSize = encodedProperties?.length ?? 0
    this.#properties = properties
    this.#extras = extrasOf(init)
  }

  get body(): Uint8Array {
    return new Uint8Array(this.#bodyBuffer, this.#bodyAt, this.size)
  }

  get encodedProperties(): Uint8Array | undefined {
    if (this.#encodedBuffer === undefined) return undefined
    return new Uint8Array(this.#encodedBuffer, this.#encodedAt, this.encodedSize)
  }

  /** Whether both have their encoded properties in the same place: then these need not be compared. */
  sharesPropertiesWith(other: Message): boolean {
    return this.#encodedBuffer === other.#encodedBuffer && this.#encodedAt === other.#encodedAt
  }

  get properties(): MessageProperties {
    if (typeof this.#properties !== 'function') return this.#properties
    return this.#properties(this.encodedProperties ?? new Uint8Array(0))
  }

  /** Decodes the encoded properties, if there is nothing else to remember about the message. */
  get decodeWhenAsked(): DecodeProperties | undefined {
    const isPlain = typeof this.#properties === 'function' && this.#extras === noExtras
    return isPlain ? this.#properties : undefined
  }

  get headers(): FieldTable | undefined {
    return this.properties.headers
  }

  get extraKeys(): readonly string[] {
    return this.#extras.extraKeys
  }

  get hiddenKeys(): number {
    return this.#extras.hiddenKeys
  }

  get priority(): number | undefined {
    return this.#extras.priority
  }

  get ttl(): number | undefined {
    return this.#extras.ttl
  }

  get deaths(): readonly DeathRecord[] {
    return this.#extras.deaths
  }

  /** How often consumers failed to process it, before it was dead-lettered. */
  get failures(): number {
    return this.#extras.failures
  }

  /** The routing keys without those from BCC. */
  get visibleKeys(): readonly string[] {
    const { extraKeys, hiddenKeys } = this.#extras
    return [this.routingKey, ...extraKeys.slice(0, extraKeys.length - hiddenKeys)]
  }
}

function extrasOf(init: MessageInit): Extras {
  const { extraKeys = none, hiddenKeys = 0, properties, ttl, deaths = none, failures = 0 } = init
  const priority = typeof properties === 'function' ? undefined : properties?.priority
  const isPlain =
    extraKeys.length === 0 && priority === undefined && ttl === undefined && deaths.length === 0
  return isPlain && failures === 0
    ? noExtras
    : { extraKeys, hiddenKeys, priority, ttl, deaths, failures }
}
