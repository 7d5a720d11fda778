import { afterEach, describe, expect, it, vi } from 'vitest'

import { VirtualHost } from '../src/core/vhost.ts'
import { testBench, type Bench } from './support/scripted-client.ts'

/** Lets a client trigger a bug in the broker, which the client sees as 541. */
async function runIntoBug(bench: Bench): Promise<void> {
  const client = bench.connect()
  await client.open()
  await client.openChannel()
  vi.spyOn(VirtualHost.prototype, 'declareQueue').mockImplementation(() => {
    throw new Error('a bug')
  })
  await expect(client.declare('q')).rejects.toThrow('"replyCode":541,"replyText":"INTERNAL_ERROR"')
}

describe('an internal error', () => {
  const stderr = () => vi.spyOn(console, 'error').mockReturnValue()

  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is printed to stderr with its stack if there are no listeners', async () => {
    const { mock } = stderr()
    await using bench = testBench()
    await runIntoBug(bench)
    expect(mock.calls).toEqual([
      [expect.stringMatching(/^internal error on connection 1: Error: a bug\n +at /)],
    ])
  })

  it('is passed to the listener if there is one, and not printed', async () => {
    const { mock } = stderr()
    await using bench = testBench()
    const heard: unknown[] = []
    bench.broker.on('internal-error', ({ connection, error }) => heard.push(connection, error))
    await runIntoBug(bench)
    expect(heard).toEqual([1, new Error('a bug')])
    expect(mock.calls).toEqual([])
  })
})
