import { Program } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'

import { readJson } from '../../common/json.ts'
import type { Benchmark, Candidate, Sample } from '../../harness/benchmark.ts'
import { titles } from '../../harness/broker-candidate.ts'
import type { Broker } from '../../harness/brokers/broker.ts'
import type { BrokerPool } from '../../harness/brokers/broker-pool.ts'
import { startFromSource } from '../../harness/brokers/brokers.ts'

/** Starts a broker in its own process and publishes a message. */
function starting(name: string, startNew: (brokers: BrokerPool) => Promise<Broker>): Candidate {
  return {
    name,
    start: (brokers) =>
      Promise.resolve({
        async run(): Promise<Sample> {
          const began = performance.now()
          await using started = await startNew(brokers)
          const model = await connect(started.url, { noDelay: true })
          const channel = await model.createConfirmChannel()
          await channel.assertQueue('hello')
          channel.sendToQueue('hello', Buffer.from('Hello'), { persistent: true })
          await channel.waitForConfirms()
          const value = performance.now() - began
          await model.close()
          return { value }
        },
        async [Symbol.asyncDispose]() {},
      }),
  }
}

/** Starts a broker inside a new process, which also measures the time to load the broker's modules. */
function inProcess(name: string, ...args: readonly string[]): Candidate {
  return {
    name,
    start: () =>
      Promise.resolve({
        async run(): Promise<Sample> {
          await using program = new Program('bench/src/programs/start-broker.ts', args)
          const [line = ''] = await program.hasLines(1)
          const { load, start } = readJson<{ load: number; start: number }>(line)
          return { value: start, extra: { 'ms to load': load } }
        },
        async [Symbol.asyncDispose]() {},
      }),
  }
}

/** The baseline, because compared with RabbitMQ the others would all be 0.0. */
const program = 'pnpm broker, without pnpm'

/** Three rounds are enough, because RabbitMQ takes several seconds in each. */
export const brokerStartBenchmarks: readonly Benchmark[] = [
  {
    name: 'broker, start to the first confirmed message',
    group: 'broker, start',
    unit: 'ms',
    baseline: program,
    count: 1,
    rounds: 3,
    cold: true,
    candidates: [
      inProcess('startBroker()'),
      inProcess('startTestBroker()', '--helpers'),
      starting(program, startFromSource),
      starting(titles.rabbitmq, (brokers) => brokers.startNew('rabbitmq')),
    ],
  },
]
