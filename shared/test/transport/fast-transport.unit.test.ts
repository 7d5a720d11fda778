import { Socket } from 'node:net'

import type { ChannelModel } from 'amqplib'
import { expect, test } from 'vitest'

import { useFastTransport } from '../../src/transport/fast-transport.ts'

test('a connection with other internals stays as it is', () => {
  const stream = new Socket()
  const connection = { stream, muxer: {}, rest: Buffer.alloc(0) }

  useFastTransport({ connection } as unknown as ChannelModel)

  expect(Object.hasOwn(stream, 'write')).toBe(false)
  expect(Object.keys(connection)).toEqual(['stream', 'muxer', 'rest'])
})
