import { TcpProxy } from '@messaging-patterns/testkit'

import type { Benchmark, Candidate } from '../../harness/benchmark.ts'
import { ClientProcess } from '../../harness/client-process.ts'
import { amqplib, clients, type Client } from '../../harness/clients.ts'
import { Fixture } from '../../harness/fixture.ts'

/** The time from a broken connection to the next confirm, with each client's default delays. */
export const reconnectBenchmarks: readonly Benchmark[] = [
  {
    name: 'reconnect, to the next confirmed message',
    group: 'reconnect',
    unit: 'ms',
    baseline: amqplib.name,
    count: 1,
    rounds: 3,
    cold: true,
    candidates: clients.map(reconnecting),
  },
]

function reconnecting(client: Client): Candidate {
  return {
    name: client.name,
    async start(brokers) {
      const command = await client.command()
      if (command === undefined) return 'not installed'
      const { url } = await brokers.get('rabbitmq')
      await Fixture.declareExchange(url)
      const proxy = await TcpProxy.start(url)
      let process: ClientProcess | undefined
      const close = async (): Promise<void> => {
        await process?.[Symbol.asyncDispose]()
        await proxy[Symbol.asyncDispose]()
      }
      try {
        const started = await ClientProcess.start(command, proxy.url, brokers.signal)
        process = started
        if (!started.supportedLoads.includes('publish-retrying')) {
          await close()
          return 'not supported'
        }
        await started.run({ load: 'publish-retrying' })
        return {
          async run() {
            proxy.cut()
            const began = performance.now()
            await started.run({ load: 'publish-retrying' })
            return { value: performance.now() - began }
          },
          [Symbol.asyncDispose]: close,
        }
      } catch (error) {
        await close()
        throw error
      }
    },
  }
}
