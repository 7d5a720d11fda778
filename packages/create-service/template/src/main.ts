// Starts the service, until SIGINT or SIGTERM.
import { once } from 'node:events'

import { startBroker } from '@messaging-patterns/broker'

import { openDatabase } from './open-database.ts'
import { publishAgain } from './outbox.ts'
import { startService } from './service.ts'
import { readSettings } from './settings.ts'

const log = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(): Promise<void> {
  const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  const { databaseUrl, amqpUrl, ...settings } = readSettings(process.env)
  await using database = await openDatabase(databaseUrl)
  await using embedded = amqpUrl === undefined ? await startBroker() : undefined
  // A broker inside this process starts empty, whatever the last one had confirmed.
  if (embedded !== undefined) await publishAgain(database)
  await using service = await startService({
    ...settings,
    database,
    amqpUrl: embedded?.url ?? amqpUrl ?? '',
    log,
  })
  process.stdout.write(`The service is ready at ${service.url}. Press Ctrl-C to stop.

Place an order, and look for its invoice:
  curl ${service.url}/orders -H 'Idempotency-Key: 1' -d '{"customer":"ada@example.com","amount":900}'
  curl ${service.url}/orders/ID
`)
  await Promise.race([stop, service.failed])
  log('shutting down')
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
