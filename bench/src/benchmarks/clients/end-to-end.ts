import { bodySizes } from '../../common/body-sizes.ts'
import type { Benchmark } from '../../harness/benchmark.ts'
import { clientCandidate } from '../../harness/client-candidate.ts'
import { amqplib, clients } from '../../harness/clients.ts'

/** One process publishes with confirms, another consumes with acknowledgements. */
export const endToEndBenchmarks: readonly Benchmark[] = bodySizes.map(({ bytes, text }) => ({
  name: `end to end, ${text}`,
  group: 'end to end',
  unit: 'messages/s',
  baseline: amqplib.name,
  quick: bytes === 100,
  candidates: clients.map((client) =>
    clientCandidate(client, {
      loads: ['consume', 'publish-to-queue'],
      prepare: ({ fixture, queue }) => fixture.declareQueue(queue),
      async run(processes, count) {
        const began = performance.now()
        const results = await Promise.all([
          processes.run('consume', { count, prefetch: 250 }),
          processes.run('publish-to-queue', { count, bytes }),
        ])
        const seconds = (performance.now() - began) / 1000
        const cpu = results.reduce((sum, result) => sum + result.cpu, 0)
        return { value: count / seconds, cpu: (cpu * 1e6) / count }
      },
    }),
  ),
}))
