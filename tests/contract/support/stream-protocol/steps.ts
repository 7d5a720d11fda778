import type { Entry as ChunkEntry } from './chunk.ts'
import { code, type Delivered, type Received } from './frames.ts'
import type { Entry, StreamPeer } from './stream-peer.ts'

/** A response with this code, and what else the test expects of it. */
export function response(
  name: Received['name'],
  codeName: keyof typeof code,
  more: object = {},
): object {
  return { name, isResponse: true, correlationId: expectNumber, code: code[codeName], ...more }
}

// `expect` of vitest is not needed for this: any number is equal to it.
const expectNumber = { asymmetricMatch: (value: unknown) => typeof value === 'number' }

/** Creates a stream with publisher 1, and writes each body to a chunk of its own. */
export async function streamOf(
  peer: StreamPeer,
  stream: string,
  bodies: readonly string[] = [],
): Promise<string> {
  await peer.create(stream)
  await peer.declarePublisher(1, stream)
  for (const [id, body] of bodies.entries()) await confirmed(peer, [{ id, body }])
  return stream
}

/** Publishes with publisher 1, and waits for the confirms, in however many frames they come. */
export async function confirmed(peer: StreamPeer, entries: readonly Entry[]): Promise<number[]> {
  peer.publish(1, entries)
  const confirmedIds: number[] = []
  while (confirmedIds.length < entries.length) {
    const frame = await peer.next()
    if (frame.name !== 'PublishConfirm' || frame['publisherId'] !== 1)
      throw new Error(`no confirm of publisher 1 but ${JSON.stringify(frame)}`)
    confirmedIds.push(...(frame['ids'] as readonly number[]))
  }
  return confirmedIds
}

/** Whatever arrives until the broker has answered twice: nothing is left to be sent then. */
export async function arrivals(peer: StreamPeer): Promise<Received[]> {
  const frames: Received[] = []
  for (let answers = 0; answers < 2;) {
    peer.request('QueryOffset', (to) => to.string('nobody').string('nothing'))
    for (;;) {
      const frame = await peer.next()
      if (frame.name === 'QueryOffset') break
      frames.push(frame)
    }
    answers += 1
  }
  return frames
}

/** The first offsets of the chunks that have arrived. */
export async function chunkIds(peer: StreamPeer): Promise<number[]> {
  return (await arrivals(peer)).map((frame) => (frame as Delivered).chunk.firstOffset)
}

/** The next `count` messages, in however many chunks they come. */
export async function messages(peer: StreamPeer, count: number): Promise<string[]> {
  const bodies: string[] = []
  while (bodies.length < count) bodies.push(...(await peer.delivery()).chunk.entries.map(textOf))
  return bodies
}

export function textOf(entry: ChunkEntry): string {
  return 'message' in entry ? entry.message.toString() : `batch of ${entry.records}`
}
