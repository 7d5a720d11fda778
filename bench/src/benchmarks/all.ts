import type { Benchmark } from '../harness/benchmark.ts'
import { brokerFloodBenchmarks } from './brokers/flood.ts'
import { brokerLimitBenchmarks } from './brokers/limits.ts'
import { brokerMessageBenchmarks } from './brokers/messages.ts'
import { brokerRoutingBenchmarks } from './brokers/routing.ts'
import { brokerStartBenchmarks } from './brokers/start.ts'
import { brokerStreamBenchmarks } from './brokers/streams.ts'
import { coldStartBenchmarks } from './clients/cold-start.ts'
import { consumeBenchmarks } from './clients/consume.ts'
import { endToEndBenchmarks } from './clients/end-to-end.ts'
import { memoryBenchmarks } from './clients/memory.ts'
import { publishBenchmarks } from './clients/publish.ts'
import { reconnectBenchmarks } from './clients/reconnect.ts'
import { rpcBenchmarks } from './clients/rpc.ts'
import { taskBenchmarks } from './clients/tasks.ts'

/** All benchmarks, in the order of the page. */
export const benchmarks: readonly Benchmark[] = [
  ...publishBenchmarks,
  ...consumeBenchmarks,
  ...endToEndBenchmarks,
  ...rpcBenchmarks,
  ...taskBenchmarks,
  ...reconnectBenchmarks,
  ...coldStartBenchmarks,
  ...memoryBenchmarks,
  ...brokerMessageBenchmarks,
  ...brokerRoutingBenchmarks,
  ...brokerStreamBenchmarks,
  ...brokerFloodBenchmarks,
  ...brokerLimitBenchmarks,
  ...brokerStartBenchmarks,
]
