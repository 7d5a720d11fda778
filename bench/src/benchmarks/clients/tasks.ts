import type { LoadName } from '../../common/load.ts'
import type { Benchmark, Candidate } from '../../harness/benchmark.ts'
import { clientCandidate, sampleOf } from '../../harness/client-candidate.ts'
import type { ClientProcesses } from '../../harness/client-processes.ts'
import { celeryConfirming, taskClients, type Client } from '../../harness/clients.ts'

/** How many tasks a worker runs at the same time. */
const concurrency = 100

const common = { baseline: 'Celery, prefork', unit: 'calls/s' } as const

/** celery-node declares a queue for each result, even if nobody wants it. */
const withoutCeleryNode = taskClients.filter(({ name }) => name !== 'celery-node')

/** Calls of a task that does nothing. The workers are idle while it is another candidate's turn. */
export const taskBenchmarks: readonly Benchmark[] = [
  {
    ...common,
    name: 'tasks, results ignored',
    group: 'tasks, 100 at the same time',
    secondsPerRound: 1,
    candidates: withoutCeleryNode.map((client) => calling(client, 'send-calls')),
  },
  {
    ...common,
    name: 'tasks, results ignored, one publisher for all',
    group: 'tasks, 100 at the same time',
    secondsPerRound: 1,
    candidates: withoutCeleryNode.filter(({ server }) => server === undefined).map(fed),
  },
  {
    ...common,
    name: 'tasks, results collected',
    group: 'tasks, 100 at the same time',
    secondsPerRound: 1,
    candidates: withoutCeleryNode.map((client) => calling(client, 'collect-results')),
  },
  {
    ...common,
    name: 'tasks, one call at a time',
    group: 'tasks, one call at a time',
    // A worker runs for days, and V8 compiles its code during the first few thousand calls.
    secondsPerRound: 2,
    candidates: [...taskClients, celeryConfirming].map((client) => calling(client, 'call')),
  },
]

/** The client and the worker of one library. The CPU time is that of both. */
function calling(client: Client, load: LoadName): Candidate {
  return clientCandidate(client, {
    loads: ['serve-calls', load],
    prepare: (processes) => serve(processes, queueOf(client)),
    async run(processes, count) {
      const before = await processes.cpuOf('serve-calls')
      const result = await processes.run(load, { queue: queueOf(client), count })
      const cpu = result.cpu + (await processes.cpuOf('serve-calls')) - before
      return sampleOf({ ...result, cpu }, count)
    },
  })
}

/** The worker alone. The messages are the same for all. */
function fed(client: Client): Candidate {
  return clientCandidate(client, {
    loads: ['serve-calls'],
    prepare: (processes) => serve(processes, queueOf(client)),
    async run(processes, count) {
      const before = await processes.cpuOf('serve-calls')
      const began = performance.now()
      await processes.fixture.callTasks(queueOf(client), count)
      const seconds = (performance.now() - began) / 1000
      const cpu = (await processes.cpuOf('serve-calls')) - before
      return sampleOf({ seconds, cpu }, count)
    },
  })
}

async function serve(processes: ClientProcesses, queue: string): Promise<void> {
  await processes.fixture.declareQueue(queue)
  await processes.run('serve-calls', { queue, concurrency })
}

/** Celery's command line takes a list of queues, separated by commas. */
function queueOf({ name }: Client): string {
  return `bench ${name.replaceAll(',', '')}`
}
