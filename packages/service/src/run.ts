import { once } from 'node:events'

import type { Broker } from '@messaging-patterns/broker'

import type { Faults } from './faults/faults.ts'
import { publishAgain } from './outbox/outbox.ts'
import { createLog } from './logs/log.ts'
import { startService } from './roles/service.ts'
import { readSettings } from './settings/settings.ts'
import { openDatabase } from './storage/open-database.ts'
import type { TraceSettings } from './traces/settings.ts'
import type { Traces } from './traces/start-traces.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Runs the roles that the environment asks for, until SIGINT or SIGTERM. */
export async function run(faults: Faults): Promise<void> {
  const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  const { databaseUrl, amqpUrl, traces, log: logging, ...settings } = readSettings(process.env)
  await using tracing = await openTraces(traces)
  const log = createLog({
    level: logging.level,
    format: logging.format ?? (process.stderr.isTTY ? 'text' : 'json'),
    write: (line) => void process.stderr.write(`${line}\n`),
  })
  await using database = await openDatabase(databaseUrl)
  await using embedded = amqpUrl === undefined ? await startEmbedded() : undefined
  // A broker inside this process starts empty, whatever the last one had confirmed.
  if (embedded !== undefined) await publishAgain(database)
  const brokerUrl = embedded?.url ?? amqpUrl ?? ''
  await using service = await startService({
    ...settings,
    database,
    amqpUrl: brokerUrl,
    faults,
    log,
    showTrace: tracing?.show,
  })
  print(hints({ url: service.url, brokerUrl, databaseUrl, isEmbedded: embedded !== undefined }))
  await Promise.race([stop, service.failed])
  log.info('shutting down')
}

async function startEmbedded(): Promise<Broker> {
  // Loaded only if needed: it would take half of the time in which a process starts.
  const { startBroker } = await import('@messaging-patterns/broker')
  return startBroker()
}

async function openTraces(settings: TraceSettings): Promise<Traces | undefined> {
  if (!settings.keep && settings.endpoint === undefined) return undefined
  const { startTraces } = await import('./traces/start-traces.ts')
  return startTraces(settings)
}

interface Places {
  readonly url: string
  readonly brokerUrl: string
  readonly databaseUrl: string
  readonly isEmbedded: boolean
}

function hints({ url, brokerUrl, databaseUrl, isEmbedded }: Places): string {
  const broker = isEmbedded ? `inside this process, ${brokerUrl}` : 'the one of AMQP_URL'
  const database = databaseUrl.startsWith('pglite:') ? databaseUrl : 'the one of DATABASE_URL'
  return `The service is ready at ${url}
  broker:   ${broker}
  database: ${database}

Place an order:
  curl ${url}/orders -H 'Idempotency-Key: 1' -d '{"customer":"ada@example.com","sku":"tea","quantity":2}'
Where is it, and what is the state of its saga:
  curl ${url}/orders/ID
  curl ${url}/orders/ID/saga
Orders that fail: 3 of "desk" (the payment is declined), 1 of "vase" (it is out of stock).
Press Ctrl-C to stop.`
}
