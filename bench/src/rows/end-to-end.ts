import { bodySizes } from '../body-sizes.ts'
import { clientEntrant } from '../client-entrant.ts'
import { amqplib, clients } from '../clients.ts'
import type { Row } from '../row.ts'

/** From one process through a queue to another: publishing with confirms, consuming with acks. */
export const endToEndRows: readonly Row[] = bodySizes.map(({ bytes, text }) => ({
  name: `end to end, ${text}`,
  group: 'end to end',
  unit: 'messages/s',
  reference: amqplib.name,
  quick: bytes === 100,
  entrants: clients.map((client) =>
    clientEntrant(client, {
      loads: ['consume', 'fill'],
      prepare: ({ warehouse, queue }) => warehouse.queue(queue),
      async run(team, count) {
        const began = performance.now()
        const answers = await Promise.all([
          team.perform('consume', { count, prefetch: 250 }),
          team.perform('fill', { count, bytes }),
        ])
        const seconds = (performance.now() - began) / 1000
        const cpu = answers.reduce((sum, answer) => sum + answer.cpu, 0)
        return { value: count / seconds, cpu: (cpu * 1e6) / count }
      },
    }),
  ),
}))
