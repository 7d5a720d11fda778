import { bodySizes } from '../../common/body-sizes.ts'
import type { Benchmark } from '../../harness/benchmark.ts'
import { clientCandidate, sampleOf } from '../../harness/client-candidate.ts'
import { amqplib, clients } from '../../harness/clients.ts'

const modes = [
  { name: 'consume, auto-ack', autoAck: true, prefetch: 0 },
  // Long enough for V8 to compile the code: there are only 10,000 messages in a second.
  { name: 'consume, ack, prefetch 1', autoAck: false, prefetch: 1, secondsPerRound: 0.5 },
  { name: 'consume, ack, prefetch 10', autoAck: false, prefetch: 10 },
  { name: 'consume, ack, prefetch 250', autoAck: false, prefetch: 250 },
]

/** Consumes a queue that was filled before. */
export const consumeBenchmarks: readonly Benchmark[] = modes.flatMap(
  ({ name, autoAck, prefetch, ...effort }) =>
    bodySizes.map(({ bytes, text }) => ({
      ...effort,
      name: `${name}, ${text}`,
      group: name,
      unit: 'messages/s' as const,
      baseline: amqplib.name,
      quick: prefetch === 250 && bytes === 100,
      candidates: clients.map((client) =>
        clientCandidate(client, {
          loads: ['consume'],
          prepare: ({ fixture, queue }) => fixture.declareQueue(queue),
          async run(processes, count) {
            await processes.fixture.fill(processes.queue, count, bytes)
            return sampleOf(await processes.run('consume', { autoAck, prefetch, count }), count)
          },
        }),
      ),
    })),
)
