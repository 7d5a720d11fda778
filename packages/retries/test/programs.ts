import { programsOn, waitFor, type CurrentBroker } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

export const producer = 'packages/retries/src/producer.ts'
export const consumer = 'packages/retries/src/consumer.ts'
export const delayedRetry = 'packages/retries/src/delayed-retry.ts'
export const idempotent = 'packages/retries/src/idempotent.ts'
export const inspect = 'packages/retries/src/inspect.ts'
export const replay = 'packages/retries/src/replay.ts'
export const rejectOrNack = 'packages/retries/src/reject-or-nack.ts'

/** The output of a program that succeeds: as lines, or with --json as facts. */
export interface Output {
  readonly linesOf: (program: string, ...args: string[]) => Promise<readonly string[]>
  readonly factsOf: (program: string, ...args: string[]) => Promise<Record<string, unknown>[]>
  /** What inspect prints once `count` messages are parked: the broker takes a moment to park one. */
  readonly waitForParked: (count: number) => Promise<Record<string, unknown>[]>
}

/** The output of programs that connect to this broker. */
export function outputOn(broker: CurrentBroker): Output {
  const { run } = programsOn(broker)
  const output: Output = {
    async linesOf(program, ...args) {
      const { code, stdout, stderr } = await run(program, ...args)
      expect({ code, stderr }).toMatchObject({ code: 0 })
      return stdout.split('\n').slice(0, -1)
    },
    async factsOf(program, ...args) {
      const lines = await output.linesOf(program, '--json', ...args)
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    async waitForParked(count) {
      return waitFor(`${count} parked`, async () => {
        const facts = await output.factsOf(inspect)
        const parked = facts.filter(({ event }) => event === 'parked')
        return parked.length === count && parked
      })
    },
  }
  return output
}
