import { expect } from 'vitest'

import { since, unique } from './support/contract.ts'
import { publish, textOf } from './support/messages.ts'
import { confirmed, messages, streamOf } from './support/stream-protocol/steps.ts'
import { offsetOf, readFrom } from './support/streams.ts'

const test = since('4.3')

test('AMQP 0-9-1 reads what the stream protocol wrote', async ({ streamPeer, channel }) => {
  const stream = await streamOf(streamPeer, unique('written'))
  const bodies = ['first', 'second'].map((text, id) => ({ id, body: dataSection(text) }))
  await confirmed(streamPeer, bodies)
  const inbox = await readFrom(channel, stream, 'first')
  const read = await inbox.has(2)
  expect(read.map(textOf)).toEqual(['first', 'second'])
  expect(read.map(offsetOf)).toEqual([0, 1])
})

test('AMQP 0-9-1 reads the messages of an uncompressed batch', async ({ streamPeer, channel }) => {
  const stream = await streamOf(streamPeer, unique('batch'))
  const records = ['a', 'b'].map((text) => {
    const message = dataSection(text)
    return Buffer.concat([Buffer.from([0, 0, 0, message.length]), message])
  })
  const data = Buffer.concat(records)
  streamPeer.send('Publish', (to) =>
    to.uint8(1).uint32(1).uint64(1).uint8(0x80).uint16(2).uint32(data.length).binary(data),
  )
  await streamPeer.next()
  const inbox = await readFrom(channel, stream, 'first')
  expect((await inbox.has(2)).map(textOf)).toEqual(['a', 'b'])
})

test('the stream protocol reads what AMQP 0-9-1 published', async ({ streamPeer, channel }) => {
  const stream = await streamOf(streamPeer, unique('published'))
  await publish(channel, { key: stream }, { body: 'from AMQP', headers: { color: 'red' } })
  await streamPeer.subscribe(stream)
  const [message = ''] = await messages(streamPeer, 1)
  // A section with the header, and one with the body.
  expect(message).toMatch(/color.*red.*from AMQP$/s)
})

test('a filter value of one protocol is that of the other', async ({ streamPeer, channel }) => {
  const stream = await streamOf(streamPeer, unique('filtered'))
  const value = (color: string) => ({ headers: { 'x-stream-filter-value': color } })
  await publish(channel, { key: stream }, { body: 'red one', ...value('red') })
  await publish(channel, { key: stream }, { body: 'blue one', ...value('blue') })
  await confirmed(streamPeer, [
    { id: 1, body: dataSection('red too').toString('latin1'), filter: 'red' },
  ])
  await streamPeer.subscribe(stream, { properties: { 'filter.0': 'red' } })
  const read = await messages(streamPeer, 2)
  expect(read.map((message) => /(\w+) (one|too)$/.exec(message)?.[0])).toEqual([
    'red one',
    'red too',
  ])
})

test('consumers of both protocols get what is written while they wait', async ({
  streamPeer,
  channel,
}) => {
  const stream = await streamOf(streamPeer, unique('live'))
  const inbox = await readFrom(channel, stream, 'next')
  await streamPeer.subscribe(stream, { from: 'next' })
  await publish(channel, { key: stream }, { body: 'for both' })
  expect(await messages(streamPeer, 1)).toEqual([expect.stringMatching(/for both$/)])
  expect((await inbox.has(1)).map(textOf)).toEqual(['for both'])
})

/** A message of AMQP 1.0 that has nothing but a body. */
function dataSection(text: string): Buffer {
  const body = Buffer.from(text)
  return Buffer.concat([Buffer.from([0, 0x53, 0x75, 0xa0, body.length]), body])
}
