import { bodySizes } from '../../common/body-sizes.ts'
import type { Benchmark } from '../../harness/benchmark.ts'
import { clientCandidate, sampleOf } from '../../harness/client-candidate.ts'
import { amqplib, amqplibWithoutIds, clients } from '../../harness/clients.ts'

const methods = [
  { load: 'publish-one-by-one', name: 'publish, one confirm at a time' },
  { load: 'publish-window', name: 'publish, a window of 256' },
  { load: 'publish-unconfirmed', name: 'publish, without confirms' },
] as const

/** Publishes from one process. */
export const publishBenchmarks: readonly Benchmark[] = methods.flatMap(({ load, name }) =>
  bodySizes.map(({ bytes, text }) => ({
    name: `${name}, ${text}`,
    group: name,
    unit: 'messages/s' as const,
    baseline: amqplib.name,
    quick: bytes === 100 && load !== 'publish-unconfirmed',
    candidates: [...clients, ...(bytes === 100 ? [amqplibWithoutIds] : [])].map((client) =>
      clientCandidate(client, {
        loads: [load],
        run: async (processes, count) =>
          sampleOf(await processes.run(load, { bytes, count }), count),
      }),
    ),
  })),
)
