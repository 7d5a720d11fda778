import type { Broker } from './broker.ts'

/** Prints what happens on the broker, for `--verbose`. */
export function logEvents(broker: Broker, print: (line: string) => void): void {
  broker.on('connection.opened', ({ connection, user, vhost }) =>
    print(`connection ${connection} opened by ${user} on ${vhost}`),
  )
  broker.on('connection.closed', ({ connection }) => print(`connection ${connection} closed`))
  broker.on('connection.failed', ({ connection, reason }) =>
    print(`connection ${connection} refused: ${reason}`),
  )
  broker.on('channel.failed', ({ connection, channel, reason }) =>
    print(`channel ${channel} of connection ${connection} closed: ${reason}`),
  )
  broker.on('exchange.declared', ({ exchange, type }) => print(`exchange ${exchange} (${type})`))
  broker.on('queue.declared', ({ queue, type }) => print(`queue ${queue} (${type})`))
  broker.on('queue.deleted', ({ queue }) => print(`queue ${queue} deleted`))
  broker.on('unroutable', ({ exchange, routingKey }) =>
    print(`unroutable: exchange '${exchange}', routing key '${routingKey}'`),
  )
  broker.on('dead-lettered', ({ queue, reason }) => print(`dead-lettered from ${queue}: ${reason}`))
}
