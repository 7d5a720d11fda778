import { ByteWriter } from './byte-writer.ts'
import type { Message, Properties } from './internals.ts'
import { largestCopied } from './write-batch.ts'
import { writeTable, type Table } from './write-table.ts'

const methodFrame = 1
const headerFrame = 2
const frameEnd = 0xce
/** The class and the method. */
const basicPublish = 0x003c_0028
/** The class, and 16 bits that AMQP does not use. */
const basicProperties = 0x003c_0000

/** Used by one message at a time, as encoding never waits. What a batch does not copy has memory of its own. */
const writer = new ByteWriter(largestCopied)

/** Encodes the two frames before the body of a message, with the method and with the properties. */
export function encodeMessage(message: Message, frameMax: number): Buffer {
  const [channel, , fields, , properties, { length: bodySize }] = message
  const { exchange = '', routingKey = '', mandatory } = fields
  writer.clear()

  const method = beginFrame(methodFrame, channel)
  writer.long(basicPublish)
  writer.short(0)
  writeText('exchange', exchange)
  writeText('routingKey', routingKey)
  writer.octet(mandatory ? 1 : 0)
  endFrame(method)
  const endOfMethod = writer.length

  const header = beginFrame(headerFrame, channel)
  writer.long(basicProperties)
  // 64 bits, of which RabbitMQ's largest message needs 30.
  writer.long(0)
  writer.long(bodySize)
  writeProperties(properties)
  endFrame(header)
  const size = writer.length - endOfMethod
  if (size > frameMax)
    throw new RangeError(
      `the headers and properties need ${size} bytes, and a frame has ${frameMax}`,
    )
  return writer.written
}

function beginFrame(type: number, channel: number): number {
  writer.octet(type)
  writer.short(channel)
  return writer.beginLength()
}

function endFrame(length: number): void {
  writer.endLength(length)
  writer.octet(frameEnd)
}

/** In the order of their flags. */
const layout = [
  { name: 'contentType', write: writeText },
  { name: 'contentEncoding', write: writeText },
  { name: 'headers', write: writeHeaders },
  { name: 'deliveryMode', write: writeOctet },
  { name: 'priority', write: writeOctet },
  { name: 'correlationId', write: writeText },
  { name: 'replyTo', write: writeText },
  { name: 'expiration', write: writeText },
  { name: 'messageId', write: writeText },
  { name: 'timestamp', write: writeTimestamp },
  { name: 'type', write: writeText },
  { name: 'userId', write: writeText },
  { name: 'appId', write: writeText },
]

function writeProperties(properties: Properties): void {
  const at = writer.length
  writer.short(0)
  let flags = 0
  let flag = 0x8000
  for (const { name, write } of layout) {
    const value = properties[name]
    if (value !== undefined && value !== null) {
      write(name, value)
      flags |= flag
    }
    flag >>= 1
  }
  writer.setShort(at, flags)
}

function writeText(name: string, value: unknown): void {
  // A character has three bytes at most.
  if (typeof value !== 'string' || (value.length > 85 && Buffer.byteLength(value) > 255))
    throw wrongType(name, 'a string (up to 255 chars)')
  writer.shortString(value)
}

function writeOctet(name: string, value: unknown): void {
  writer.octet(numberOf(name, value))
}

/** In seconds. */
function writeTimestamp(name: string, value: unknown): void {
  writer.longlong(BigInt(numberOf(name, value)))
}

function numberOf(name: string, value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrongType(name, 'a number')
  return value
}

function writeHeaders(_name: string, value: unknown): void {
  writeTable(writer, joined(Object(value)))
}

/** amqplib makes the given headers the prototype of an object with its own, CC and BCC. */
function joined(headers: Table): Table {
  const given: Table | null = Object.getPrototypeOf(headers)
  if (given === null) return headers
  return Object.keys(headers).length === 0 ? given : { ...given, ...headers }
}

/** What amqplib throws, so that the error is explained wherever the message was encoded. */
function wrongType(name: string, expected: string): TypeError {
  return new TypeError(`Field '${name}' is the wrong type; must be ${expected}`)
}
