import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { startBroker } from '../../src/index.ts'
import { freePortWith } from '../../../testkit/src/network/free-port.ts'

const bin = fileURLToPath(new URL('../../src/bin.ts', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** Runs the broker, asks it to stop as soon as it is listening, and waits for its exit. */
async function run(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', bin, ...args])
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('Ctrl-C')) child.kill('SIGTERM')
    })
  await once(child, 'close')
  return { code: child.exitCode, output }
}

describe('the command-line options for management', () => {
  it('serve the API on a port, and print its URL', async () => {
    expect((await run('--port', '0', '--management-port', '0')).output).toMatch(
      /^Management \w+ on http:\/\/guest:guest@127\.0\.0\.1:\d+/m,
    )
  }, 20_000)

  it('use a port 10000 above the one for AMQP, or none if that is in use', async () => {
    const port = (await freePortWith(-10_000)) - 10_000
    expect((await run('--port', `${port}`)).output).toContain(`127.0.0.1:${port + 10_000}`)
    await using _other = await startBroker({ port: port + 10_000 })
    const { code, output } = await run('--port', `${port}`)
    expect(output).toContain(`No management API: port ${port + 10_000} `)
    expect(output).toContain(`Listening on amqp://guest:guest@127.0.0.1:${port}`)
    expect(code).toBe(0)
  }, 20_000)

  it('serve no API', async () => {
    expect((await run('--port', '0', '--no-management')).output).not.toContain('Management')
  }, 20_000)

  it('insist on a port that was asked for', async () => {
    await using broker = await startBroker()
    const { code, output } = await run('--port', '0', '--management-port', `${broker.port}`)
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(new RegExp(`port ${broker.port} .*--management-port`)),
    ])
  }, 20_000)

  it('import a file of definitions, or say why not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'definitions-'))
    const file = join(folder, 'definitions.json')
    const queue = { name: 'orders', vhost: '/', durable: true, auto_delete: false, arguments: {} }
    await writeFile(file, JSON.stringify({ queues: [queue] }))
    expect(await run('--port', '0', '--definitions', file)).toMatchObject({ code: 0 })
    await writeFile(file, JSON.stringify({ queues: [{ ...queue, vhost: 'nowhere' }] }))
    const { code, output } = await run('--port', '0', '--definitions', file)
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('create virtual host "nowhere" prior to importing definitions'),
    ])
    await rm(folder, { recursive: true })
  }, 20_000)
})
