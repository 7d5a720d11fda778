import { clientEntrant } from '../client-entrant.ts'
import { clients, referenceClient } from '../clients.ts'
import type { Row } from '../row.ts'
import { bodySizes } from './body-sizes.ts'

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
    reference: referenceClient,
    quick: bytes === 100,
    entrants: clients.map((client) => clientEntrant(client, { order: { load, bytes } })),
  })),
)
