// Lesson 11, a group: continues where it stopped, even if it was killed.
import { setTimeout as pause } from 'node:timers/promises'

import { fileOffsetStore, Session, type OffsetStore } from '@messaging-patterns/shared'

import { runGroup } from './command-line.ts'
import { log } from './topology.ts'

await runGroup(async ({ args, broker, signal, print, status }) => {
  await using session = await Session.open(broker)
  const stream = await session.stream(log.name, log.options)

  const file = fileOffsetStore(`${args.name}.offset`)
  const store: OffsetStore = {
    load: () => file.load(),
    async save(offset) {
      await file.save(offset)
      status(`saved: finished up to ${offset}`)
    },
  }
  const stored = await store.load()
  const start = stored === undefined ? 'the beginning' : `offset ${stored + 1}`
  status(`"${args.name}" starts at ${start}; Ctrl-C to stop, kill -9 ${process.pid} to kill`)

  const deliveries = await stream.consume({ resume: { store }, limit: args.count, signal })
  for await (const delivery of deliveries) {
    const { offset } = delivery
    const body = delivery.text()
    await pause(args['work-ms'])
    print(`${offset}: ${body} done`, { event: 'done', group: args.name, offset, body })
    // After the work: only what is acknowledged is finished, and only that is saved.
    delivery.ack()
  }
})
