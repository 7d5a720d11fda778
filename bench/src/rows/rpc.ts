import { bodySizes } from '../body-sizes.ts'
import { clientEntrant, sampleOf } from '../client-entrant.ts'
import { amqplib, amqplibConfirming, clients } from '../clients.ts'
import type { Row } from '../row.ts'

const ways = [
  { name: 'RPC, one at a time', window: 1 },
  { name: 'RPC, 64 under way', window: 64 },
]

/**
 * Calls by Direct Reply-to, with a server on the same client that sends back what it was sent. The
 * CPU is that of the caller.
 */
export const rpcRows: readonly Row[] = ways.flatMap(({ name, window }) =>
  bodySizes.map(({ bytes, text }) => ({
    name: `${name}, ${text}`,
    group: name,
    unit: 'calls/s' as const,
    reference: amqplib.name,
    quick: window === 64 && bytes === 100,
    entrants: [...clients, amqplibConfirming].map((client) => {
      const queue = `bench RPC ${client.name}`
      return clientEntrant(client, {
        loads: ['serve', 'call'],
        async prepare(team) {
          await team.warehouse.queue(queue)
          await team.perform('serve', { queue, prefetch: 64 })
        },
        run: async (team, count) =>
          sampleOf(await team.perform('call', { queue, count, window, bytes }), count),
      })
    }),
  })),
)
