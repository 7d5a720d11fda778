import type { Benchmark, Candidate } from '../../harness/benchmark.ts'
import { ClientProcess } from '../../harness/client-process.ts'
import { amqplib, clients, type Client } from '../../harness/clients.ts'
import { Fixture } from '../../harness/fixture.ts'

const loads = [
  { messages: 0, name: 'memory, connected and idle' },
  { messages: 100_000, name: 'memory, after 100,000 messages' },
  { messages: 1_000_000, name: 'memory, after 1,000,000 messages' },
]

/** The memory of the whole process, runtime included, after publishing in a window of 256. */
export const memoryBenchmarks: readonly Benchmark[] = loads.map(({ messages, name }) => ({
  name,
  group: 'memory',
  unit: 'MiB',
  baseline: amqplib.name,
  count: messages,
  rounds: 1,
  cold: true,
  candidates: clients.map((client) => publishing(client, messages)),
}))

/** Publishes while it starts: all clients in parallel, because speed does not affect the memory. */
function publishing(client: Client, count: number): Candidate {
  return {
    name: client.name,
    async start(brokers) {
      const command = await client.command()
      if (command === undefined) return 'not installed'
      const { url } = await brokers.get('rabbitmq')
      await Fixture.declareExchange(url)
      await using process = await ClientProcess.start(command, url, brokers.signal)
      if (count > 0 && !process.supportedLoads.includes('publish-window')) return 'not supported'
      const rss =
        count > 0 ? (await process.run({ load: 'publish-window', count })).rss : process.idleRss
      return {
        run: () => Promise.resolve({ value: rss / 2 ** 20 }),
        async [Symbol.asyncDispose]() {},
      }
    },
  }
}
