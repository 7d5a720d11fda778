import { expect } from 'vitest'

import { programsOn, type CurrentBroker } from './broker-for.ts'
import type { Outcome } from './program.ts'

export type Facts = Record<string, unknown>

/** What a program printed with --json. */
export function factsIn({ stdout }: Outcome): Facts[] {
  return linesIn(stdout).map((line) => JSON.parse(line) as Facts)
}

function linesIn(stdout: string): string[] {
  return stdout.split('\n').slice(0, -1)
}

/** The output of programs on this broker that succeed: as lines, or with --json as facts. */
export function outputOn(broker: CurrentBroker): {
  readonly linesOf: (program: string, ...args: string[]) => Promise<readonly string[]>
  readonly factsOf: (program: string, ...args: string[]) => Promise<Facts[]>
} {
  const { run } = programsOn(broker)
  const succeed = async (...command: Parameters<typeof run>): Promise<Outcome> => {
    const outcome = await run(...command)
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 })
    return outcome
  }
  return {
    linesOf: async (...command) => linesIn((await succeed(...command)).stdout),
    factsOf: async (program, ...args) => factsIn(await succeed(program, '--json', ...args)),
  }
}
