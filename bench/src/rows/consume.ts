import { clientEntrant, sampleOf } from '../client-entrant.ts'
import { amqplib, clients } from '../clients.ts'
import type { Row } from '../row.ts'

const ways = [
  { text: 'auto-ack', autoAck: true, prefetch: 0 },
  { text: 'ack, prefetch 1', autoAck: false, prefetch: 1 },
  { text: 'ack, prefetch 10', autoAck: false, prefetch: 10 },
  { text: 'ack, prefetch 250', autoAck: false, prefetch: 250 },
]

/** Emptying a queue of messages of 100 B that is filled before. */
export const consumeRows: readonly Row[] = ways.map(({ text, ...way }) => ({
  name: `consume, ${text}`,
  group: 'consume',
  unit: 'messages/s',
  reference: amqplib.name,
  quick: way.prefetch === 250,
  entrants: clients.map((client) =>
    clientEntrant(client, {
      loads: ['consume'],
      prepare: ({ warehouse, queue }) => warehouse.queue(queue),
      async run(team, count) {
        await team.warehouse.fill(team.queue, count, 100)
        return sampleOf(await team.perform('consume', { ...way, count }), count)
      },
    }),
  ),
}))
