import { MessagingError } from '../errors/messaging-error.ts'
import type { Headers } from './headers.ts'

/**
 * What a message can carry. A string is sent as text/plain, a Buffer or Uint8Array as
 * application/octet-stream, any other object as application/json. A Buffer is not copied: do not
 * change it before the message is confirmed, or the request answered.
 */
export type Body = string | Uint8Array | object

/** A body as it travels. */
export interface EncodedBody {
  readonly content: Buffer
  readonly contentType: string
}

/** Throws what JSON.stringify throws for an object that has no JSON. */
export function encodeBody(body: Body): EncodedBody {
  if (typeof body === 'string') return { content: Buffer.from(body), contentType: 'text/plain' }
  if (Buffer.isBuffer(body)) return { content: body, contentType: 'application/octet-stream' }
  if (body instanceof Uint8Array)
    return { content: Buffer.from(body), contentType: 'application/octet-stream' }
  return { content: Buffer.from(JSON.stringify(body)), contentType: 'application/json' }
}

/** The properties of a message that tell what its body is. */
export interface BodyProperties {
  readonly contentType?: unknown
  readonly contentEncoding?: unknown
  readonly headers?: Headers | undefined
}

/**
 * The inverse of encodeBody: text gives a string, JSON a value, everything else the bytes. Throws
 * CONTENT_REFUSED for a content type that `accept` does not list, for an encoding other than UTF-8,
 * and when the body does not match its content type.
 */
export function decodeBody(
  content: Buffer,
  properties: BodyProperties,
  accept?: readonly string[],
): unknown {
  const type = mediaType(properties.contentType)
  if (accept !== undefined && !accept.includes(type))
    throw refused(`a body of type ${type} is not accepted here, only ${accept.join(', ')}`)
  if (type !== 'application/json' && !type.startsWith('text/')) {
    checkEncoding(properties)
    return content
  }
  return decodeAs(type === 'application/json' ? 'JSON' : 'text', content, {
    properties,
    claim: `the content type is ${type}, but `,
  })
}

/** The body as JSON, whatever its content type. Throws CONTENT_REFUSED if it is something else. */
export function decodeJson(content: Buffer, properties: BodyProperties): unknown {
  return decodeAs('JSON', content, { properties, claim: '' })
}

interface Decoding {
  readonly properties: BodyProperties
  /** What the message says about its body, as the beginning of an error message. */
  readonly claim: string
}

function decodeAs(
  kind: 'JSON' | 'text',
  content: Buffer,
  { properties, claim }: Decoding,
): unknown {
  checkEncoding(properties)
  try {
    const text = utf8.decode(content)
    return kind === 'JSON' ? (JSON.parse(text) as unknown) : text
  } catch (error) {
    const compression = properties.headers?.['compression']
    // kombu leaves content type and encoding as they were when it compresses a body.
    if (typeof compression === 'string')
      throw refused(`${claim}the body is compressed: the header "compression" is ${compression}`, {
        cause: error,
        remedy: 'publish it uncompressed, or decompress delivery.message.content',
      })
    const wanted = error instanceof SyntaxError ? 'JSON' : 'UTF-8'
    throw refused(`${claim}the body is not valid ${wanted}`, { cause: error })
  }
}

/** "Text/Plain; charset=utf-8" is text/plain; a message without a content type is bytes. */
function mediaType(contentType: unknown): string {
  const [type = ''] = typeof contentType === 'string' ? contentType.split(';') : []
  return type.trim().toLowerCase() || 'application/octet-stream'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function checkEncoding({ contentEncoding: encoding = 'utf-8' }: BodyProperties): void {
  if (typeof encoding !== 'string' || !/^(utf-?8|binary|identity|)$/i.test(encoding))
    throw refused(`the content encoding ${JSON.stringify(encoding)} is not supported`)
}

function refused(
  message: string,
  details: { readonly cause?: unknown; readonly remedy?: string } = {},
): MessagingError {
  return new MessagingError('CONTENT_REFUSED', message, details)
}

/** The body could not be encoded. */
export function unsendable(cause: unknown): MessagingError {
  const text = cause instanceof Error ? cause.message : String(cause)
  return new MessagingError('CONTENT_REFUSED', `the body cannot be sent: ${text}`, { cause })
}
