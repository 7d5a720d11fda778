import { brokerForFile } from '@messaging-patterns/testkit'

import { fault } from './support/fault.ts'
import { killTaskWorkers } from './support/kill-task-workers.ts'

const broker = brokerForFile()

fault('kill -9 of task workers, 3 times', async ({ tally }) => {
  await killTaskWorkers(broker.url, tally, { calls: 500, kills: 3 })
})
