import { TcpProxy } from '@messaging-patterns/testkit'

import { ClientProcess } from '../client-process.ts'
import { amqplib, clients, type Client } from '../clients.ts'
import type { Entrant, Row } from '../row.ts'
import { Warehouse } from '../warehouse.ts'

/** From the cut of the connection to the next confirm: with each client's own patience. */
export const reconnectRows: readonly Row[] = [
  {
    name: 'reconnect, to the next confirmed message',
    group: 'reconnect',
    unit: 'ms',
    reference: amqplib.name,
    count: 1,
    rounds: 3,
    cold: true,
    entrants: clients.map(reconnecting),
  },
]

function reconnecting(client: Client): Entrant {
  return {
    name: client.name,
    async enter(stage) {
      const command = client.command()
      if (command === undefined) return 'not installed'
      const { url } = await stage.broker('rabbitmq')
      // It declares the exchange that is published to.
      await (await Warehouse.open(url))[Symbol.asyncDispose]()
      const proxy = await TcpProxy.start(url)
      let process: ClientProcess | undefined
      const close = async (): Promise<void> => {
        await process?.[Symbol.asyncDispose]()
        await proxy[Symbol.asyncDispose]()
      }
      try {
        const started = await ClientProcess.start(command, proxy.url, stage.signal)
        process = started
        if (!started.loads.includes('insist')) {
          await close()
          return 'takes no part'
        }
        await started.perform({ load: 'insist' })
        return {
          async run() {
            proxy.cut()
            const began = performance.now()
            await started.perform({ load: 'insist' })
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
