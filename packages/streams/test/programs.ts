import { programsOn, type CurrentBroker } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

export const producer = 'packages/streams/src/producer.ts'
export const consumer = 'packages/streams/src/consumer.ts'
export const group = 'packages/streams/src/group.ts'
export const retention = 'packages/streams/src/retention.ts'
export const filter = 'packages/streams/src/filter.ts'
export const fanOut = 'packages/streams/src/fan-out.ts'
export const share = 'packages/streams/src/share.ts'
export const clientProducer = 'packages/streams/src/client-producer.ts'
export const clientConsumer = 'packages/streams/src/client-consumer.ts'

/** The output of programs on this broker that succeed: as lines, or with --json as facts. */
export interface Output {
  readonly linesOf: (program: string, ...args: string[]) => Promise<readonly string[]>
  readonly factsOf: (program: string, ...args: string[]) => Promise<Record<string, unknown>[]>
}

export function outputOn(broker: CurrentBroker): Output {
  const { run } = programsOn(broker)
  const linesOf: Output['linesOf'] = async (program, ...args) => {
    const { code, stdout, stderr } = await run(program, ...args)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    return stdout.split('\n').slice(0, -1)
  }
  return {
    linesOf,
    async factsOf(program, ...args) {
      const lines = await linesOf(program, '--json', ...args)
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    },
  }
}

/** What the producer has sent, as a consumer prints it. */
export function asReceived(sent: readonly string[]): readonly string[] {
  return sent.map((line) => line.replace(/ sent$/, ' received'))
}

/** Received lines without their offsets. */
export function withoutOffsets(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/^\d+: /, ''))
}
