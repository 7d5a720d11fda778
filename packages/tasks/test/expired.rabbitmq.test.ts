import { brokerForFile, waitFor } from '@messaging-patterns/testkit'
import { expect, test } from 'vitest'

import { callFromPython, python } from './celery.ts'
import { TestProgram } from './support.ts'

const broker = brokerForFile()

test.skipIf(python === undefined)(
  'a chord from Python fails when a task expires in its queue, if a policy passes it on to a worker',
  async () => {
    await using program = await TestProgram.on(broker)
    const { session, tasks } = program
    // Without it, the broker would drop the task.
    await broker.management?.request('PUT', `policies/${broker.vhost}/expired`, {
      pattern: '^node$',
      definition: { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'expired' },
      'apply-to': 'queues',
    })
    const expired = await session.queue('expired', { type: 'classic' })
    tasks.define('ts.double', (a: number) => 2 * a)
    tasks.define('ts.list', (values: unknown) => JSON.stringify(values))
    const steps = { header: [1, 2].map((n) => ['ts.double', n]), body: ['ts.list'] }
    const failed = callFromPython(broker, 'canvas', steps, {
      apply: { expires: 0.5 },
      // The error of the body: by default, a client throws that of a task in the header.
      get: { follow_parents: false },
    })
    await waitFor('both to expire', async () => (await expired.count()).messages === 2)
    await program.work({ queues: ['node', 'expired'] })
    expect(await failed).toMatchObject({
      state: 'FAILURE',
      error: 'ChordError',
      args: [expect.stringContaining("TaskRevokedError('expired')")],
    })
  },
)
