import { brokerForFile, testDeadline } from '@messaging-patterns/testkit'

import { fault } from './support/fault.ts'
import { killTaskWorkers } from './support/kill-task-workers.ts'

const broker = brokerForFile()
const calls = Number(process.env['LOAD_MESSAGES'] ?? 100_000) / 10
const kills = calls / 500

fault(
  `kill -9 of task workers, ${kills} times in ${calls.toLocaleString('en')} calls and chords of a hundred`,
  async ({ tally }) => {
    await killTaskWorkers(broker.url, tally, { calls, kills })
  },
  { timeout: testDeadline + calls * 20 },
)
