import { brokerForFile, testDeadline } from '@messaging-patterns/testkit'

import { fault } from './support/fault.ts'
import { killAndResume } from './support/kill-and-resume.ts'

const broker = brokerForFile()
const messages = Number(process.env['LOAD_MESSAGES'] ?? 100_000)

fault(
  `kill -9 of a stream consumer that resumes, 100 times in ${messages.toLocaleString('en')} messages`,
  async ({ tally }) => {
    await killAndResume(broker.url, tally, { messages, kills: 100 })
  },
  { timeout: testDeadline + messages * 10 },
)
