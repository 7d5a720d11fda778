import { describe, expect, it } from 'vitest'

import { Amqp10Format } from '../../src/amqp10/amqp10-format.ts'
import type { Message } from '../../src/core/message/message.ts'
import { longstr, type FieldValue } from '../../src/protocol/field-value.ts'
import { message } from '../support/vhost.ts'

function hex(sent: Message): string {
  return Buffer.concat(new Amqp10Format().encode(sent).parts).toString('hex')
}

/** The header, x-routing-key and x-exchange. */
const plainHeader = '005370c006054240404143'
const routed = 'a30d782d726f7574696e672d6b6579a106676f6c64656ea30a782d65786368616e6765a100'
const data = '005375a004626f6479'

const toStream = { routingKey: 'golden' }

const simple: readonly (readonly [string, FieldValue])[] = [
  ['bool', { type: 'bool', value: true }],
  ['byte', { type: 'byte', value: -5 }],
  ['ubyte', { type: 'unsignedbyte', value: 200 }],
  ['short', { type: 'short', value: -300 }],
  ['ushort', { type: 'unsignedshort', value: 60_000 }],
  ['int', { type: 'signedint', value: -70_000 }],
  ['smallint', { type: 'signedint', value: 5 }],
  ['uint', { type: 'unsignedint', value: 4_000_000_000 }],
  ['uint0', { type: 'unsignedint', value: 0 }],
  ['uint5', { type: 'unsignedint', value: 5 }],
  ['long', { type: 'long', value: 1_234_567_890_123 }],
  ['smalllong', { type: 'long', value: 7 }],
  ['float', { type: 'float', value: 0.5 }],
  ['double', { type: 'double', value: 2.5 }],
  ['str', longstr('text')],
  ['nil', { type: 'void', value: undefined }],
  ['ts', { type: 'timestamp', value: 1_789_000_000 }],
  ['bytes', { type: 'binary', value: Uint8Array.of(0, 255, 1) }],
  ['nul', longstr('a\0b')],
]

const annotations: readonly (readonly [string, FieldValue])[] = [
  ['x-a', longstr('text')],
  [
    'x-arr',
    {
      type: 'array',
      value: [
        { type: 'signedint', value: 1 },
        longstr('two'),
        { type: 'array', value: [] },
        { type: 'table', value: new Map([['four', { type: 'signedint', value: 400 }]]) },
        { type: 'void', value: undefined },
      ],
    },
  ],
  ['CC', { type: 'array', value: [longstr('k2')] }],
  ['plain', longstr('p')],
]

// The octets are those that RabbitMQ 4.3 has stored for the same messages.
describe('a message is stored as RabbitMQ stores it', () => {
  it('without properties', () => {
    const body = 'x'.repeat(300)
    expect(hex(message(body, toStream))).toBe(
      `${plainHeader}005372c12604${routed}005375b00000012c${'78'.repeat(300)}`,
    )
  })

  it('with all properties', () => {
    const properties = {
      contentType: 'text/plain',
      contentEncoding: 'gzip',
      deliveryMode: 2,
      priority: 7,
      correlationId: 'corr',
      replyTo: 'a b/ü',
      expiration: '60000',
      messageId: 'urn:uuid:01234567-89ab-cdef-0123-456789abcdef',
      timestamp: 1_789_000_000,
      type: 'typ',
      userId: 'guest',
      appId: 'app',
      clusterId: 'cl',
    }
    expect(hex(message('body', { ...toStream, properties }))).toBe(
      `005370c00b05415007700000ea604143005372c13906${routed}a30c782d62617369632d74797065a103747970005373c05a0b980123456789abcdef0123456789abcdefa00567756573744040a1162f7175657565732f6125323062253246254333254243a104636f7272a30a746578742f706c61696ea304677a69704083000001a088b5a200a103617070${data}`,
    )
  })

  it('with simple headers of every type', () => {
    const properties = { headers: new Map(simple) }
    expect(hex(message('body', { ...toStream, properties }))).toBe(
      `${plainHeader}005372c12604${routed}005374c1ce26a104626f6f6c5601a1046279746551fba105756279746550c8a10573686f727461fed4a1067573686f727460ea60a103696e7471fffeee90a108736d616c6c696e745405a10475696e7470ee6b2800a10575696e743043a10575696e74355205a1046c6f6e67810000011f71fb04cba109736d616c6c6c6f6e675507a105666c6f6174723f000000a106646f75626c65824004000000000000a103737472a10474657874a1036e696c40a102747383000001a088b5a200a1056279746573a00300ff01a1036e756ca003610062${data}`,
    )
  })

  it('with headers that start with x-, and CC', () => {
    const properties = { headers: new Map(annotations) }
    expect(hex(message('body', { ...toStream, properties }))).toBe(
      `${plainHeader}005372c15f0a${routed}a303782d61a10474657874a305782d617272c018055401a10374776f45c10c02a304666f7572710000019040a304782d6363c00501a1026b32005374c10b02a105706c61696ea10170${data}`,
    )
  })
})

describe('the encoder', () => {
  it('uses the sections of the last message only for the same properties and route', () => {
    const format = new Amqp10Format()
    const encodedProperties = Uint8Array.of(0, 0)
    const other = { ...toStream, encodedProperties: Uint8Array.of(0, 0) }
    const messages = [
      message('body', { ...toStream, encodedProperties }),
      message('body', { ...toStream, encodedProperties }),
      message('body', { encodedProperties, routingKey: 'silver' }),
      message('body', { ...toStream, encodedProperties, exchange: 'e' }),
      message('body', { ...other, properties: { appId: 'app' } }),
    ]
    for (const each of messages)
      expect(Buffer.concat(format.encode(each).parts).toString('hex')).toBe(hex(each))
  })
})
