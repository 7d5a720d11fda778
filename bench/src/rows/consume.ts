import { bodySizes } from '../body-sizes.ts'
import { clientEntrant, sampleOf } from '../client-entrant.ts'
import { amqplib, clients } from '../clients.ts'
import type { Row } from '../row.ts'

const ways = [
  { name: 'consume, auto-ack', autoAck: true, prefetch: 0 },
  { name: 'consume, ack, prefetch 1', autoAck: false, prefetch: 1 },
  { name: 'consume, ack, prefetch 10', autoAck: false, prefetch: 10 },
  { name: 'consume, ack, prefetch 250', autoAck: false, prefetch: 250 },
]

/** Emptying a queue that is filled before, in four ways and four sizes. */
export const consumeRows: readonly Row[] = ways.flatMap(({ name, ...way }) =>
  bodySizes.map(({ bytes, text }) => ({
    name: `${name}, ${text}`,
    group: name,
    unit: 'messages/s' as const,
    reference: amqplib.name,
    quick: way.prefetch === 250 && bytes === 100,
    entrants: clients.map((client) =>
      clientEntrant(client, {
        loads: ['consume'],
        prepare: ({ warehouse, queue }) => warehouse.queue(queue),
        async run(team, count) {
          await team.warehouse.fill(team.queue, count, bytes)
          return sampleOf(await team.perform('consume', { ...way, count }), count)
        },
      }),
    ),
  })),
)
