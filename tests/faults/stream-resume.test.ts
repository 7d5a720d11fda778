import { brokerForFile } from '@messaging-patterns/testkit'

import { fault } from './support/fault.ts'
import { killAndResume } from './support/kill-and-resume.ts'

const broker = brokerForFile()

fault('kill -9 of a stream consumer that resumes, 4 times', async ({ tally }) => {
  await killAndResume(broker.url, tally, { messages: 2000, kills: 4 })
})
