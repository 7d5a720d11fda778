import { describe, expect, it } from 'vitest'

import { commandKey } from '../../src/stream-protocol/wire/commands.ts'
import { settled, testBench } from '../support/scripted-client.ts'
import { openingFrames, streamFrame } from '../support/stream-client.ts'
import { mistakes, witness } from '../support/stream-witness.ts'

/** An uncompressed batch of publisher 1 that claims to contain one message. */
function batchOf(data: readonly number[]): Uint8Array {
  return streamFrame(commandKey.publish, (to) => {
    to.octet(1)
    to.long(1)
    to.longlong(1)
    to.octet(0x80)
    to.short(1)
    to.long(4)
    to.bytes(Uint8Array.from(data))
  })
}

describe('a batch that cannot be separated', () => {
  it.each([
    ['is too short for a length', [0, 0]],
    ['has a message that is longer than the batch', [0, 0, 0, 9, 1]],
    ['has a batch in it', [0x80, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0]],
  ] as const)('delivers nothing to AMQP 0-9-1 if it %s', async (_, data) => {
    await using bench = testBench()
    const internal = mistakes(bench)
    const check = await witness(bench)
    const client = bench.connectStream().send(...openingFrames())
    client.create('s').declarePublisher(1, 's')
    await settled()
    client.takeKeys()
    const reader = bench.connect()
    await reader.open()
    await reader.openChannel()
    reader.send(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 10, global: false })
    await reader.expect('basic.qos-ok')
    reader.consume('s')
    await reader.expect('basic.consume-ok')
    client.send(batchOf(data))
    await settled()
    expect(client.takeKeys()).toEqual([commandKey.publishConfirm])
    reader.publish('s', 'next')
    await reader.expect('basic.deliver')
    await reader.next()
    expect(await reader.next()).toMatchObject({ name: 'body', text: 'next' })
    await check()
    expect(internal).toEqual([])
  })
})
