// Runs the tasks of the fault suite until SIGTERM. Each call that ends is a line in a file.
import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

import { Session } from '@messaging-patterns/shared'
import { currentTask, Tasks } from '@messaging-patterns/tasks'

import { retryDelayOf, type Work } from './tasks.ts'

const [doneFile = ''] = process.argv.slice(2)

const tasks = new Tasks()

tasks.define('faults.work', async (number: number): Promise<Work> => {
  await pause(Math.random() * 20)
  const { retries } = currentTask()
  const delay = retryDelayOf(number)
  if (delay !== undefined && retries === 0) currentTask().retry({ delay })
  appendFileSync(doneFile, `${number}\n`)
  return { number, retries }
})

tasks.define('faults.sum', (works: readonly Work[]) =>
  works.reduce((sum, { number }) => sum + number, 0),
)

await using session = await Session.open()
await using connected = await tasks.connect(session)
await using worker = await connected.startWorker()
process.once('SIGTERM', () => void worker.stop())
process.stdout.write('ready\n')
await worker.finished()
