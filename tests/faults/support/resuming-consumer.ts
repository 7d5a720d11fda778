// Reads a stream, and appends the offset of each finished message to a file. The last message ends it.
import { appendFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

import { fileOffsetStore, Session } from '@messaging-patterns/shared'

const [name = '', storeFile = '', doneFile = ''] = process.argv.slice(2)
const controller = new AbortController()

await using session = await Session.open()
const stream = await session.stream(name, { passive: true })
const subscription = await stream.consume(
  async (delivery) => {
    // Messages that are worked on at the same time finish in any order.
    await pause(Math.random() * 3)
    appendFileSync(doneFile, `${delivery.offset}\n`)
    if (delivery.text() === 'last') controller.abort()
  },
  {
    resume: { store: fileOffsetStore(storeFile), interval: 5 },
    concurrency: 10,
    signal: controller.signal,
  },
)
await subscription.finished()
