import { ClientProcess } from '../client-process.ts'
import { amqplib, clients, type Client } from '../clients.ts'
import type { Entrant, Row } from '../row.ts'
import { Warehouse } from '../warehouse.ts'

const loads = [
  { messages: 0, name: 'memory, connected and idle' },
  { messages: 100_000, name: 'memory, after 100,000 messages' },
  { messages: 1_000_000, name: 'memory, after 1,000,000 messages' },
]

/** What a process holds (RSS), Node.js or Python and all, after publishing in a window of 256. */
export const memoryRows: readonly Row[] = loads.map(({ messages, name }) => ({
  name,
  group: 'memory',
  unit: 'MiB',
  reference: amqplib.name,
  count: messages,
  rounds: 1,
  cold: true,
  entrants: clients.map((client) => remembering(client, messages)),
}))

/** The work is done on entering: all at the same time, as memory does not depend on how fast it is. */
function remembering(client: Client, count: number): Entrant {
  return {
    name: client.name,
    async enter(stage) {
      const command = client.command()
      if (command === undefined) return 'not installed'
      const { url } = await stage.broker('rabbitmq')
      await (await Warehouse.open(url))[Symbol.asyncDispose]()
      await using process = await ClientProcess.start(command, url, stage.signal)
      const publishes = process.loads.includes('publish-window')
      if (!publishes && count > 0) return 'takes no part'
      const { rss } =
        count > 0 ? await process.perform({ load: 'publish-window', count }) : process.resting
      return {
        run: () => Promise.resolve({ value: rss / 2 ** 20 }),
        async [Symbol.asyncDispose]() {},
      }
    },
  }
}
