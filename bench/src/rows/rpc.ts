import { clientEntrant, sampleOf } from '../client-entrant.ts'
import { amqplib, clients, shared } from '../clients.ts'
import type { Row } from '../row.ts'

const windows = [
  { window: 1, text: 'one at a time' },
  { window: 64, text: '64 under way' },
]

/** Calls by Direct Reply-to, with a server on the same client. The CPU is that of the caller. */
export const rpcRows: readonly Row[] = windows.map(({ window, text }) => ({
  name: `RPC, ${text}`,
  group: 'RPC',
  unit: 'calls/s',
  reference: amqplib.name,
  quick: window === 64,
  entrants: clients.map((client) => {
    // The lesson's RpcClient calls the queue of its lesson.
    const queue = client === shared ? 'rpc_queue' : `bench RPC ${client.name}`
    return clientEntrant(client, {
      loads: ['serve', 'call'],
      async prepare(team) {
        await team.warehouse.queue(queue)
        await team.perform('serve', { queue, prefetch: 64 })
      },
      run: async (team, count) =>
        sampleOf(await team.perform('call', { queue, count, window, bytes: 16 }), count),
    })
  }),
}))
