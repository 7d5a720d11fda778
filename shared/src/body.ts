import { MessagingError } from './errors.ts'
import type { Headers } from './headers.ts'

/** What a message can carry. The content type follows from the kind of value. */
export type Body = string | Uint8Array | object

/** A body as it goes over the wire. */
export interface EncodedBody {
  readonly content: Buffer
  readonly contentType: string
}

/** A string is text/plain, a Buffer application/octet-stream, anything else application/json. */
export function encodeBody(body: Body): EncodedBody {
  if (typeof body === 'string') return { content: Buffer.from(body), contentType: 'text/plain' }
  if (Buffer.isBuffer(body)) return { content: body, contentType: 'application/octet-stream' }
  if (body instanceof Uint8Array)
    return { content: Buffer.from(body), contentType: 'application/octet-stream' }
  return { content: Buffer.from(JSON.stringify(body)), contentType: 'application/json' }
}

/** What a message says of its body. */
export interface BodyProperties {
  readonly contentType?: unknown
  readonly contentEncoding?: unknown
  readonly headers?: Headers | undefined
}

/**
 * The inverse of encodeBody: text gives a string, JSON a value, everything else the bytes.
 * Throws CONTENT_REFUSED for a content type that `accept` does not list, for an encoding other than
 * UTF-8, and when the body does not match its content type.
 */
export function decodeBody(
  content: Buffer,
  properties: BodyProperties,
  accept?: readonly string[],
): unknown {
  const type = mediaType(properties.contentType)
  if (accept !== undefined && !accept.includes(type))
    throw refused(`a body of type ${type} is not accepted here, only ${accept.join(', ')}`)
  checkEncoding(properties)
  try {
    if (type === 'application/json') return JSON.parse(decodeText(content)) as unknown
    if (type.startsWith('text/')) return decodeText(content)
  } catch (error) {
    const text = `the body says it is ${type} but cannot be read as such`
    throw compressed(text, properties) ?? refused(text, error)
  }
  return content
}

/** The body as JSON, whatever its content type is. Throws CONTENT_REFUSED if it is something else. */
export function decodeJson(content: Buffer, properties: BodyProperties): unknown {
  checkEncoding(properties)
  try {
    return JSON.parse(decodeText(content)) as unknown
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it is not UTF-8'
    throw (
      compressed('the body is not JSON', properties) ??
      refused(`the body is not JSON: ${why}`, error)
    )
  }
}

function checkEncoding({ contentEncoding: encoding = 'utf-8' }: BodyProperties): void {
  if (typeof encoding !== 'string' || !/^(utf-?8|binary|identity|)$/i.test(encoding))
    throw refused(`the content encoding ${JSON.stringify(encoding)} cannot be read`)
}

/** "Text/Plain; charset=utf-8" is text/plain; a message without a type is bytes. */
function mediaType(contentType: unknown): string {
  const [type = ''] = typeof contentType === 'string' ? contentType.split(';') : []
  return type.trim().toLowerCase() || 'application/octet-stream'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeText(content: Buffer): string {
  return utf8.decode(content)
}

/** kombu leaves type and encoding as they were before it compressed the body. */
function compressed(text: string, { headers }: BodyProperties): MessagingError | undefined {
  const compression = headers?.['compression']
  if (typeof compression !== 'string') return undefined
  return new MessagingError(
    'CONTENT_REFUSED',
    `${text}: it is compressed, says its header "compression": ${compression}`,
    { remedy: 'publish it uncompressed, or decompress delivery.message.content' },
  )
}

function refused(message: string, cause?: unknown): MessagingError {
  return new MessagingError('CONTENT_REFUSED', message, { cause })
}
