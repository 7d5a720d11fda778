import { Message, type DecodeProperties } from '../../core/message/message.ts'
import { checkExpiry } from '../../core/queue/argument-checks.ts'
import { replyTo } from '../../core/reply-queues.ts'
import { internalFault, preconditionFailed } from '../../protocol/faults.ts'
import type { FieldTable } from '../../protocol/field-value.ts'
import type { MessageProperties } from '../../protocol/properties.ts'
import { canStayEncoded, readProperties } from '../../wire/properties-codec.ts'
import type { BodyStore } from './body-store.ts'
import type { PublishMethod } from './content-assembler.ts'

/** The checked properties of a message, and what the broker uses of them. */
interface Envelope {
  readonly properties: MessageProperties | DecodeProperties
  readonly encoded: Uint8Array | undefined
  readonly ttl: number | undefined
  readonly extraKeys: readonly string[]
  readonly hiddenKeys: number
}

/** What the properties of a message are checked against. */
export interface PublishContext {
  readonly user: string
  /** Whether any user-id is allowed. */
  readonly impersonator: boolean
  /** What replaces `amq.rabbitmq.reply-to`; undefined if the channel does not consume from it. */
  readonly replyName: string | undefined
}

/**
 * Creates the messages that a channel publishes. Consecutive messages often have the same properties;
 * then these are decoded, checked and stored once.
 */
export class MessageReader {
  readonly #store: BodyStore
  #raw: Uint8Array | undefined
  #envelope: Envelope | undefined
  #context: PublishContext | undefined

  /** `store` is for the encoded properties, which are small. */
  constructor(store: BodyStore) {
    this.#store = store
  }

  /** Throws RabbitMQ's error for invalid properties. */
  read(
    method: PublishMethod,
    content: { readonly properties: Uint8Array; readonly body: Uint8Array },
    context: PublishContext,
  ): Message {
    const envelope = this.#envelopeOf(content.properties, context)
    return new Message({
      exchange: method.exchange,
      routingKey: method.routingKey,
      extraKeys: envelope.extraKeys,
      hiddenKeys: envelope.hiddenKeys,
      properties: envelope.properties,
      encodedProperties: envelope.encoded,
      body: content.body,
      ttl: envelope.ttl,
    })
  }

  #envelopeOf(raw: Uint8Array, context: PublishContext): Envelope {
    const sameContext =
      this.#context?.replyName === context.replyName && this.#context?.user === context.user
    if (this.#envelope !== undefined && sameContext && equal(this.#raw, raw)) return this.#envelope
    const kept = this.#store.keep(raw)
    const envelope = toEnvelope(kept, context)
    this.#raw = kept
    this.#context = context
    this.#envelope = envelope
    return envelope
  }
}

const none: readonly never[] = []

/** For properties that need not be decoded. */
function encodedEnvelope(encoded: Uint8Array): Envelope {
  return {
    properties: readProperties,
    encoded,
    ttl: undefined,
    extraKeys: none,
    hiddenKeys: 0,
  }
}

function toEnvelope(raw: Uint8Array, context: PublishContext): Envelope {
  if (canStayEncoded(raw)) return encodedEnvelope(raw)
  const decoded = decode(raw)
  const properties = withReplyName(decoded, context.replyName)
  const ttl = ttlOf(properties.expiration)
  const copies = routesOf(properties.headers, 'CC')
  const hidden = routesOf(properties.headers, 'BCC')
  const { userId } = properties
  if (userId !== undefined && userId !== context.user && !context.impersonator)
    throw preconditionFailed(
      `user_id property set to '${userId}' but authenticated user was '${context.user}'`,
    )
  const shown = withoutHidden(properties)
  const encoded = shown === decoded ? raw : undefined
  const extraKeys = [...copies, ...hidden]
  return { properties: shown, encoded, ttl, extraKeys, hiddenKeys: hidden.length }
}

function decode(raw: Uint8Array): MessageProperties {
  try {
    return readProperties(raw)
  } catch {
    // RabbitMQ's channel process crashes on this.
    throw internalFault()
  }
}

function withReplyName(properties: MessageProperties, name: string | undefined): MessageProperties {
  if (properties.replyTo !== replyTo) return properties
  if (name === undefined) throw preconditionFailed('fast reply consumer does not exist')
  return { ...properties, replyTo: name }
}

function ttlOf(expiration: string | undefined): number | undefined {
  if (expiration === undefined) return undefined
  const [, digits, rest] = /^([+-]?\d+)(.*)$/s.exec(expiration) ?? []
  const value = Number(digits)
  const problem =
    digits === undefined
      ? 'no_integer'
      : rest === ''
        ? checkExpiry(value)
        : `{leftover_string,"${rest}"}`
  if (problem !== undefined)
    throw preconditionFailed(`invalid expiration '${expiration}': ${problem}`)
  return value
}

function routesOf(headers: FieldTable | undefined, name: 'CC' | 'BCC'): readonly string[] {
  const field = headers?.get(name)
  if (field === undefined) return []
  if (field.type !== 'array')
    throw preconditionFailed(
      `invalid message: {unacceptable_type_in_header,"${name}",${field.type}}`,
    )
  return field.value.flatMap((item) => (item.type === 'longstr' ? [item.value] : []))
}

function withoutHidden(properties: MessageProperties): MessageProperties {
  if (properties.headers?.has('BCC') !== true) return properties
  const headers = new Map(properties.headers)
  headers.delete('BCC')
  return { ...properties, headers }
}

function equal(known: Uint8Array | undefined, bytes: Uint8Array): boolean {
  if (known?.length !== bytes.length) return false
  for (let i = 0; i < bytes.length; i++) if (known[i] !== bytes[i]) return false
  return true
}
