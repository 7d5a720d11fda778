import { commandKey, responseBit } from '../../src/stream-protocol/wire/commands.ts'
import {
  writeMap,
  writeString,
  writeStrings,
  type WriteFields,
} from '../../src/stream-protocol/wire/frame-writer.ts'
import { openingFrames, publishFrame, streamFrame, streamRequest } from './stream-client.ts'

type CommandName = keyof typeof commandKey

function request(name: CommandName, ...texts: readonly string[]): Uint8Array {
  return streamRequest(commandKey[name], (to) => {
    for (const text of texts) writeString(to, text)
  })
}

function notice(name: CommandName, write: WriteFields): Uint8Array {
  return streamFrame(commandKey[name], write)
}

const [peerProperties, saslHandshake, saslAuthenticate, tune, open] = openingFrames() as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
]

const filteredPublish = streamFrame(
  commandKey.publish,
  (to) => {
    to.octet(1)
    to.long(1)
    to.longlong(9)
    writeString(to, 'apples')
    to.bytes(Uint8Array.of(1, 2, 3))
  },
  2,
)

const batchPublish = notice('publish', (to) => {
  to.octet(1)
  to.long(1)
  to.longlong(10)
  to.octet(0x80 | (1 << 4))
  to.short(2)
  to.long(100)
  to.bytes(new Uint8Array(30))
})

const subscribe = streamRequest(commandKey.subscribe, (to) => {
  to.octet(2)
  writeString(to, 'target')
  to.short(4)
  to.longlong(0)
  to.short(10)
  const group = { name: 'group', 'single-active-consumer': 'true', 'super-stream': 'super' }
  writeMap(to, { ...group, 'filter.0': 'apples', 'match-unfiltered': 'true' })
})

/**
 * A well-formed frame for each command, of those for the broker and of those that only it may send, for a
 * client that has publisher 1 and subscription 1 of the stream `target`.
 */
export const commandFrames: readonly (readonly [name: string, frame: Uint8Array])[] = [
  ['declarePublisher', streamRequest(commandKey.declarePublisher, declarePublisher)],
  ['publish', publishFrame(1, [new Uint8Array(8), new Uint8Array(0)])],
  ['publish with a filter value', filteredPublish],
  ['publish with a batch', batchPublish],
  ['publishConfirm', notice('publishConfirm', (to) => to.raw(new Uint8Array(13)))],
  ['publishError', notice('publishError', (to) => to.raw(new Uint8Array(15)))],
  ['queryPublisherSequence', request('queryPublisherSequence', 'me', 'target')],
  ['deletePublisher', streamRequest(commandKey.deletePublisher, (to) => to.octet(1))],
  ['subscribe', subscribe],
  ['deliver', notice('deliver', (to) => to.raw(new Uint8Array(60)))],
  ['credit', notice('credit', credit)],
  ['storeOffset', notice('storeOffset', storeOffset)],
  ['queryOffset', request('queryOffset', 'me', 'target')],
  ['unsubscribe', streamRequest(commandKey.unsubscribe, (to) => to.octet(1))],
  ['create', streamRequest(commandKey.create, create)],
  ['delete', request('delete', 'target')],
  ['metadata', streamRequest(commandKey.metadata, (to) => writeStrings(to, ['target', 'other']))],
  ['metadataUpdate', notice('metadataUpdate', (to) => writeString(to, 'target'))],
  ['peerProperties', peerProperties],
  ['saslHandshake', saslHandshake],
  ['saslAuthenticate', saslAuthenticate],
  ['tune', tune],
  ['open', open],
  ['close', streamRequest(commandKey.close, close)],
  ['heartbeat', notice('heartbeat', () => {})],
  ['route', request('route', '0', 'super')],
  ['partitions', request('partitions', 'super')],
  ['consumerUpdate', streamFrame(commandKey.consumerUpdate | responseBit, consumerUpdate)],
  ['exchangeCommandVersions', streamRequest(commandKey.exchangeCommandVersions, versions)],
  ['streamStats', request('streamStats', 'target')],
  ['createSuperStream', streamRequest(commandKey.createSuperStream, createSuperStream)],
  ['deleteSuperStream', request('deleteSuperStream', 'super')],
  ['resolveOffsetSpec', streamRequest(commandKey.resolveOffsetSpec, resolveOffsetSpec)],
]

type Writer = Parameters<WriteFields>[0]

function declarePublisher(to: Writer): void {
  to.octet(2)
  writeString(to, 'me')
  writeString(to, 'target')
}

function credit(to: Writer): void {
  to.octet(1)
  to.short(5)
}

function storeOffset(to: Writer): void {
  writeString(to, 'me')
  writeString(to, 'target')
  to.longlong(7)
}

function create(to: Writer): void {
  writeString(to, 'created')
  writeMap(to, { 'max-age': '1h', 'max-length-bytes': '100000' })
}

function close(to: Writer): void {
  to.short(1)
  writeString(to, 'OK')
}

function consumerUpdate(to: Writer): void {
  to.long(0)
  to.short(1)
  to.short(4)
  to.longlong(3)
}

function versions(to: Writer): void {
  to.long(1)
  for (const number of [commandKey.deliver, 1, 2]) to.short(number)
}

function createSuperStream(to: Writer): void {
  writeString(to, 'super')
  writeStrings(to, ['super-0', 'super-1'])
  writeStrings(to, ['0', '1'])
  writeMap(to, { 'max-age': '1h' })
}

function resolveOffsetSpec(to: Writer): void {
  writeString(to, 'target')
  to.short(5)
  to.longlong(0)
  writeMap(to, { 'filter.0': 'apples' })
}
