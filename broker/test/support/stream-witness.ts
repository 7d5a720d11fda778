import { expect } from 'vitest'

import { commandKey } from '../../src/stream-protocol/wire/commands.ts'
import { settled, type Bench } from './scripted-client.ts'
import { openingFrames, publishFrame, subscribeFrame } from './stream-client.ts'

/** Well-behaved clients of both protocols, which must be served as if there were no hostile ones. */
export async function witness(bench: Bench): Promise<() => Promise<void>> {
  const client = bench.connectStream().send(...openingFrames())
  client.create('witness').declarePublisher(1, 'witness').send(subscribeFrame('witness', 1_000))
  await settled()
  bench.clock.advance(5)
  client.takeKeys()
  const amqp = bench.connect()
  await amqp.open()
  await amqp.openChannel()
  await amqp.declare('witness-queue')
  return async () => {
    client.send(publishFrame(1, [new Uint8Array(10)]))
    await settled()
    const keys = client.takeKeys().toSorted((one, other) => one - other)
    expect(keys).toEqual([commandKey.publishConfirm, commandKey.deliver])
    await amqp.declare('witness-queue')
  }
}

/** Internal errors of the broker. There must be none. */
export function mistakes(bench: Bench): unknown[] {
  const errors: unknown[] = []
  bench.broker.on('internal-error', ({ error }) => errors.push(error))
  return errors
}
