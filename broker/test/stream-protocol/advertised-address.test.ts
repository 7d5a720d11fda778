import { connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'

import { expect, it } from 'vitest'

import { startBroker, type BrokerOptions } from '../../src/index.ts'
import { commandKey } from '../../src/stream-protocol/wire/commands.ts'
import { FieldReader } from '../../src/stream-protocol/wire/field-reader.ts'
import { openingFrames, responseTo, StreamClient } from '../support/stream-client.ts'

/** What a client is told when it opens a virtual host. */
async function advertisedTo(
  host: string,
  streams: BrokerOptions['streams'] = {},
): Promise<ReadonlyMap<string, string>> {
  await using broker = await startBroker({ host, streams })
  const client = new StreamClient(connect(broker.streamPort ?? 0, host))
  client.send(...openingFrames())
  const opened = responseTo(commandKey.open)
  while (!client.received.some(({ key }) => key === opened)) await setImmediate()
  const { payload = new Uint8Array(0) } = client.received.find(({ key }) => key === opened) ?? {}
  client.stream.destroy()
  // The key, the version, the correlation id and the code come before the properties.
  return new FieldReader(payload.subarray(10)).map()
}

it.each(['127.0.0.1', '::1'])(
  'a client that has connected to %s is told the host of the only node',
  async (host) => {
    const advertised = await advertisedTo(host)
    expect(advertised.get('advertised_host')).toBe('localhost')
    expect(Number(advertised.get('advertised_port'))).toBeGreaterThan(0)
  },
)

it('a client is told the address in the options', async () => {
  const advertised = await advertisedTo('127.0.0.1', {
    advertisedHost: 'streams.example',
    advertisedPort: 4,
  })
  expect(Object.fromEntries(advertised)).toEqual({
    advertised_host: 'streams.example',
    advertised_port: '4',
  })
})
