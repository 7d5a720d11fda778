import type { BrokerName } from './brokers.ts'
import type { Client } from './clients.ts'
import type { Answer, LoadName } from './clients/load.ts'
import type { Entrant, Sample } from './row.ts'
import { Team } from './team.ts'

/** What a client does in a row. */
export interface Task {
  /** A process for each; a client that lacks one of them takes no part. */
  readonly loads: readonly LoadName[]
  /** Default: rabbitmq. */
  readonly broker?: BrokerName
  /** What the table calls the contender. Default: the name of the client. */
  readonly name?: string
  /** Before the first round. */
  readonly prepare?: (team: Team) => Promise<unknown>
  /** One round with so many messages. */
  readonly run: (team: Team, count: number) => Promise<Sample>
}

/** A client that takes part in a row, in processes of its own for as long as the row lasts. */
export function clientEntrant(client: Client, task: Task): Entrant {
  return {
    name: task.name ?? client.name,
    async enter(stage) {
      const { url } = await stage.broker(task.broker ?? 'rabbitmq')
      const team = await Team.gather(client, { stage, url, loads: task.loads })
      if (typeof team === 'string') return team
      const close = (): Promise<void> => team[Symbol.asyncDispose]()
      try {
        await task.prepare?.(team)
      } catch (error) {
        await close()
        throw error
      }
      return { run: (count) => task.run(team, count), [Symbol.asyncDispose]: close }
    },
  }
}

/** Messages a second, and the CPU of one, from what a client says of a load. */
export function sampleOf({ seconds, cpu, more }: Answer, count: number): Sample {
  return { value: count / seconds, cpu: (cpu * 1e6) / count, ...(more !== undefined && { more }) }
}
