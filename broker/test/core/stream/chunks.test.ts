import { crc32 as reference } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { crc32 } from '../../../src/core/stream/chunk/crc32.ts'
import { bytes, testLog, turn } from './log.ts'

describe('a chunk', () => {
  it('has the bytes that the stream protocol delivers', async () => {
    const { log, clock } = testLog()
    log.append([bytes('first')])
    log.append([bytes('second')], 'value')
    await turn()
    const chunk = log.read('first').next()
    const entries = Buffer.from('\0\0\0\x05first\0\0\0\x06second', 'latin1')
    const header = Buffer.alloc(48)
    header.writeUInt8(0x50)
    header.writeUInt16BE(2, 2)
    header.writeUInt32BE(2, 4)
    header.writeBigInt64BE(BigInt(clock.now()), 8)
    header.writeBigUInt64BE(1n, 16)
    header.writeUInt32BE(reference(entries), 32)
    header.writeUInt32BE(entries.length, 36)
    header.writeUInt8(16, 44)
    expect(Buffer.from(chunk?.bytes ?? []).toString('hex')).toBe(
      Buffer.concat([header, entries]).toString('hex'),
    )
  })

  it('is the same memory for every reader', async () => {
    const { log } = testLog()
    log.append([bytes('a')])
    await turn()
    const one = log.read('first').next()
    const other = log.read('first').next()
    expect(one?.bytes.buffer).toBe(other?.bytes.buffer)
  })
})

describe('the checksum', () => {
  it.each([0, 1, 7, 8, 9, 63, 1000, 4097])('is that of zlib for %i bytes', (length) => {
    const data = Uint8Array.from({ length: length + 3 }, (_, at) => (at * 131) ^ (at >> 3))
    expect(crc32(data.subarray(3))).toBe(reference(data.subarray(3)))
  })
})
