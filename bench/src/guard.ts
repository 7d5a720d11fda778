import { clientEntrant, sampleOf } from './client-entrant.ts'
import { amqplib, shared, type Client } from './clients.ts'
import { measureRow, type Effort } from './measure.ts'
import type { RowResult } from './result.ts'
import type { Entrant, Row } from './row.ts'
import { publishIntoQueue } from './rows/broker-messages.ts'
import type { Stage } from './stage.ts'
import { ratioIn } from './summary.ts'

/** A ratio below which something has gone wrong, on whatever machine it is taken. */
export interface Limit {
  readonly row: Row
  /** The entrant of the row that must not fall behind. */
  readonly name: string
  readonly atLeast: number
}

/** Many short rounds: what disturbs the machine disturbs few of them, and the median none. */
const effort: Effort = { rounds: 21, seconds: 0.1 }

export const limits: readonly Limit[] = [
  {
    name: 'shared',
    atLeast: 0.85,
    row: {
      group: 'publish, a window of 256',
      unit: 'messages/s',
      name: 'shared beside amqplib, a window of 256 confirms, 100 B',
      reference: 'amqplib',
      entrants: [publishing(shared), publishing(amqplib)],
    },
  },
  {
    name: 'embedded broker',
    atLeast: 1.5,
    row: {
      ...publishIntoQueue,
      entrants: publishIntoQueue.entrants.filter(({ name }) =>
        ['embedded broker', publishIntoQueue.reference].includes(name),
      ),
    },
  },
]

function publishing(client: Client): Entrant {
  return clientEntrant(client, {
    loads: ['publish-window'],
    run: async (team, count) => sampleOf(await team.perform('publish-window', { count }), count),
  })
}

/**
 * Measures what has a limit, and prints a line each; false when one of them is broken. What seems to
 * be broken is measured once more: a machine may have had a bad moment, but hardly two.
 */
export async function guard(stage: Stage, print: (line: string) => void): Promise<boolean> {
  let allGood = true
  for (const limit of limits) {
    const measure = async (): Promise<Verdict> =>
      judge(limit, await measureRow(limit.row, stage, effort))
    let verdict = await measure()
    print(verdict.line)
    if (!verdict.good) {
      verdict = await measure()
      print(`once more, ${verdict.line}`)
    }
    allGood &&= verdict.good
  }
  return allGood
}

interface Verdict {
  readonly good: boolean
  readonly line: string
}

/** Whether a limit holds, and the line that says so. */
export function judge(limit: Limit, result: RowResult): Verdict {
  const { name, atLeast } = limit
  const why = result.contenders.find(({ missing }) => missing !== undefined)
  if (why !== undefined)
    return { good: false, line: `FAILED: ${result.name}: ${why.name} ${why.missing ?? ''}` }
  const contender = result.contenders.find((each) => each.name === name)
  const ratio = contender && ratioIn(result, contender)
  const good = ratio !== undefined && ratio.median >= atLeast
  const found =
    ratio && `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}, ${ratio.max.toFixed(2)})`
  return {
    good,
    line: `${good ? 'ok' : 'FAILED'}: ${result.name}: ${found ?? 'no figure'}, at least ${atLeast}`,
  }
}
