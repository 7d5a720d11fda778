import { bodySizes } from '../../common/body-sizes.ts'
import type { Benchmark } from '../../harness/benchmark.ts'
import { clientCandidate, sampleOf } from '../../harness/client-candidate.ts'
import { amqplib, amqplibConfirming, clients } from '../../harness/clients.ts'

const modes = [
  // V8 compiles the code of a client during the first few thousand calls, and there are 3,000 in a second.
  { name: 'RPC, one at a time', concurrency: 1, secondsPerRound: 1 },
  { name: 'RPC, 64 in flight', concurrency: 64 },
]

/**
 * Calls through Direct Reply-to. The server uses the same client and returns the request as the reply.
 * The CPU time is the caller's.
 */
export const rpcBenchmarks: readonly Benchmark[] = modes.flatMap(
  ({ name, concurrency, ...effort }) =>
    bodySizes.map(({ bytes, text }) => ({
      ...effort,
      name: `${name}, ${text}`,
      group: name,
      unit: 'calls/s' as const,
      baseline: amqplib.name,
      quick: concurrency === 64 && bytes === 100,
      candidates: [...clients, amqplibConfirming].map((client) => {
        const queue = `bench RPC ${client.name}`
        return clientCandidate(client, {
          loads: ['serve-calls', 'call'],
          async prepare(processes) {
            await processes.fixture.declareQueue(queue)
            await processes.run('serve-calls', { queue, prefetch: 64 })
          },
          run: async (processes, count) =>
            sampleOf(await processes.run('call', { queue, count, concurrency, bytes }), count),
        })
      }),
    })),
)
