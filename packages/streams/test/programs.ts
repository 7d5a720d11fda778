export { outputOn } from '@messaging-patterns/testkit'

export const producer = 'packages/streams/src/producer.ts'
export const consumer = 'packages/streams/src/consumer.ts'
export const group = 'packages/streams/src/group.ts'
export const retention = 'packages/streams/src/retention.ts'
export const filter = 'packages/streams/src/filter.ts'
export const fanOut = 'packages/streams/src/fan-out.ts'
export const share = 'packages/streams/src/share.ts'
export const clientProducer = 'packages/streams/src/client-producer.ts'
export const clientConsumer = 'packages/streams/src/client-consumer.ts'

/** What the producer has sent, as a consumer prints it. */
export function asReceived(sent: readonly string[]): readonly string[] {
  return sent.map((line) => line.replace(/ sent$/, ' received'))
}

/** Received lines without their offsets. */
export function withoutOffsets(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/^\d+: /, ''))
}
