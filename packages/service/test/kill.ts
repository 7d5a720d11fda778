import { randomUUID } from 'node:crypto'

import { freePort, Program } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import type { FaultPoint } from '../src/faults/faults.ts'
import type { RoleName } from '../src/roles/role-names.ts'
import { expectExactlyOnce, kinds, type Ordered } from './ledger.ts'
import { Shop } from './shop.ts'

/** What the processes of a test connect to. Without a URL of a broker, each starts its own. */
export interface Surroundings {
  readonly databaseUrl: string
  readonly amqpUrl?: string
}

export const apiPoints: readonly FaultPoint[] = [
  'api: order stored, not committed',
  'api: committed, not answered',
]

export const relayPoints: readonly FaultPoint[] = [
  'relay: events locked, not published',
  'relay: confirmed, not marked as sent',
  'relay: marked as sent, not committed',
  'relay: committed',
]

export function consumerPoints(role: RoleName): readonly FaultPoint[] {
  return [
    `${role}: received`,
    `${role}: in the inbox, not handled`,
    `${role}: handled, not committed`,
    `${role}: committed, not acknowledged`,
    `${role}: acknowledged`,
  ]
}

/** Starts the service with these variables, in a process that KILL_AT can kill. */
export function startProcess(
  { databaseUrl, amqpUrl }: Surroundings,
  variables: Readonly<Record<string, string>>,
): Program {
  return new Program('packages/service/test/killed-at.ts', [], {
    DATABASE_URL: databaseUrl,
    ...(amqpUrl !== undefined && { AMQP_URL: amqpUrl }),
    ...variables,
  })
}

/**
 * Places orders, and kills the service at each of the points. The next process gets the orders that
 * were not finished, and dies at the next point. The last one lives, and everything has to end once.
 */
export async function killAtEach(
  surroundings: Surroundings,
  points: readonly FaultPoint[],
): Promise<void> {
  const port = String(await freePort())
  const shop = new Shop(() => `http://127.0.0.1:${port}`)
  const ordered: Ordered[] = []
  const placing: Promise<string>[] = []
  for (const point of points) {
    await using victim = startProcess(surroundings, { PORT: port, KILL_AT: point })
    ordered.push(...kinds)
    placing.push(...kinds.map(({ sku, quantity }) => shop.place(sku, quantity, randomUUID())))
    const { signal, stderr } = await victim.ends()
    expect({ point, signal, stderr }).toMatchObject({ signal: 'SIGKILL' })
  }
  await using survivor = startProcess(surroundings, { PORT: port })
  for (const id of await Promise.all(placing)) await shop.end(id)
  await expectGracefulEnd(survivor)
  expect(survivor.stderr).not.toContain('is parked')
  await expectExactlyOnce(surroundings.databaseUrl, ordered)
}

/** SIGTERM ends the process with exit code 0. */
export async function expectGracefulEnd(program: Program): Promise<void> {
  program.signal('SIGTERM')
  const { code, stderr } = await program.ends()
  expect({ code, stderr }).toMatchObject({ code: 0 })
}
