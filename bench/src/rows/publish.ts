import { bodySizes } from '../body-sizes.ts'
import { clientEntrant, sampleOf } from '../client-entrant.ts'
import { amqplib, amqplibPlain, clients } from '../clients.ts'
import type { Row } from '../row.ts'

const ways = [
  { load: 'publish-one', name: 'publish, one confirm at a time' },
  { load: 'publish-window', name: 'publish, a window of 256' },
  { load: 'publish-none', name: 'publish, without confirms' },
] as const

/** Publishing from one process, in three ways and four sizes. */
export const publishRows: readonly Row[] = ways.flatMap(({ load, name }) =>
  bodySizes.map(({ bytes, text }) => ({
    name: `${name}, ${text}`,
    group: name,
    unit: 'messages/s' as const,
    reference: amqplib.name,
    quick: bytes === 100 && load !== 'publish-none',
    entrants: [...clients, ...(bytes === 100 ? [amqplibPlain] : [])].map((client) =>
      clientEntrant(client, {
        loads: [load],
        run: async (team, count) => sampleOf(await team.perform(load, { bytes, count }), count),
      }),
    ),
  })),
)
