import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { expect, test } from 'vitest'

import type { LoadName, LoadRequest } from '../src/common/load.ts'
import { BrokerPool } from '../src/harness/brokers/broker-pool.ts'
import { isInstalled } from '../src/harness/brokers/brokers.ts'
import { ClientProcess } from '../src/harness/client-process.ts'
import { celeryConfirming, taskClients } from '../src/harness/clients.ts'
import { Fixture } from '../src/harness/fixture.ts'
import { cpuOfTree } from '../src/harness/usage.ts'

const timeout = 60_000

/** In the order in which each finds what it needs. */
const requests: readonly (Partial<LoadRequest> & { readonly load: LoadName })[] = [
  { load: 'serve-calls', concurrency: 2 },
  { load: 'call', count: 3 },
  { load: 'send-calls', count: 10 },
  { load: 'collect-results', count: 10 },
]

test.for([...taskClients, celeryConfirming])(
  '$name calls a task, and runs it',
  { timeout },
  async (client, { skip }) => {
    const command = (await client.command()) ?? skip('not installed')
    const { server = 'embedded' } = client
    if (!(await isInstalled(server))) skip('no Redis')
    const { signal } = new AbortController()
    await using brokers = new BrokerPool(signal)
    const { url } = await brokers.get(server)
    await using process = await ClientProcess.start(command, url, signal)
    const supported = requests.filter(({ load }) => process.supportedLoads.includes(load))
    expect(supported.map(({ load }) => load).toSorted()).toEqual(process.supportedLoads.toSorted())
    for (const request of supported) {
      const { seconds, extra } = await process.run({ ...request, queue: 'test tasks' })
      expect(seconds, request.load).toBeGreaterThan(0)
      if (request.load === 'call') expect(extra).toHaveProperty('p50 ms')
    }
  },
)

test.for(taskClients.filter(({ name }) => /Celery|lesson/.test(name)))(
  '$name runs the calls of another publisher',
  { timeout },
  async ({ command }, { skip }) => {
    const commandLine = (await command()) ?? skip('not installed')
    const { signal } = new AbortController()
    await using brokers = new BrokerPool(signal)
    const { url } = await brokers.get('embedded')
    await using fixture = await Fixture.connect(url)
    await fixture.declareQueue('test tasks')
    await using worker = await ClientProcess.start(commandLine, url, signal)
    await worker.run({ load: 'serve-calls', queue: 'test tasks', concurrency: 2 })
    await expect(fixture.callTasks('test tasks', 20)).resolves.toBeUndefined()
  },
)

test('the CPU time of a process includes that of its children', async ({ skip }) => {
  const own = await cpuOfTree(process.pid)
  if (Number.isNaN(own)) skip('only Linux reports it')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)'])
  await once(child.stdout, 'data')
  const alone = await cpuOfTree(child.pid)
  expect(alone).toBeGreaterThan(0)
  expect(await cpuOfTree(process.pid)).toBeGreaterThan(own + alone * 0.9)
  child.kill()
})
