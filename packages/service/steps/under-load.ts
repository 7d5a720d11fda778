import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

import type { FaultPoint } from '../src/faults/faults.ts'
import { openDatabase } from '../src/storage/open-database.ts'
import { testDatabase } from '../test/database.ts'
import { print } from './stage.ts'

const customers = Array.from({ length: 20 }, (_, i) => `customer-${i + 1}`)

/**
 * Starts the service in a process of its own, lets customers order, and ends it: by SIGTERM after the
 * first answer, or as by `kill -9` between the commit and the answer. Prints whether
 * everyone got an answer whose order is stored.
 */
export async function stopUnderLoad(end: 'kill' | 'SIGTERM'): Promise<void> {
  await using files = await testDatabase()
  const point: FaultPoint = 'api: committed, not answered'
  const service = start({
    DATABASE_URL: files.url,
    PORT: '0',
    ...(end === 'kill' && { KILL_AT: point }),
  })
  const exited = once(service, 'exit')
  const url = await urlOf(service)
  const answered = new Set<string>()
  await Promise.all(
    customers.map(async (customer) => {
      if (!(await order(url, customer))) return
      if (answered.size === 0) service.kill('SIGTERM')
      answered.add(customer)
    }),
  )
  const [code, signal] = await exited
  print(`  the service ${signal === null ? `exited with code ${code}` : `was killed by ${signal}`}`)
  await using database = await openDatabase(files.url)
  const stored = await database.query<{ customer: string }>('select customer from orders')
  const unanswered = stored.filter(({ customer }) => !answered.has(nameOf(customer)))
  // How many depends on the moment.
  print(
    unanswered.length === 0
      ? 'Every customer whose order is stored got an answer.'
      : 'Orders are stored whose customers got no answer.',
  )
}

type ServiceProcess = ChildProcessByStdio<null, Readable, null>

/** The service that the tests kill; without KILL_AT, it is the same as src/main.ts. */
function start(variables: Readonly<Record<string, string>>): ServiceProcess {
  const program = fileURLToPath(new URL('../test/killed-at.ts', import.meta.url))
  const { AMQP_URL: _, ...environment } = process.env
  return spawn(process.execPath, ['--import', 'tsx', program], {
    env: { ...environment, ...variables },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

async function urlOf({ stdout }: ServiceProcess): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const [url] = /http:\S+/.exec(line) ?? []
    if (url !== undefined) return url
  }
  throw new Error('the service has not started')
}

/** Whether the customer got an answer. */
async function order(url: string, customer: string): Promise<boolean> {
  const body = JSON.stringify({ customer: `${customer}@example.com`, sku: 'tea', quantity: 1 })
  const headers = { 'idempotency-key': customer }
  return fetch(`${url}/orders`, { method: 'POST', headers, body }).then(
    ({ ok }) => ok,
    () => false,
  )
}

function nameOf(address: string): string {
  return address.split('@')[0] ?? ''
}
