// Lesson 9, when the oven is mended: send what was parked back to where it came from.
import { freshHeaders, type Delivery } from '@messaging-patterns/shared'
import { runCommand } from '@messaging-patterns/shared/cli'

import { aboutParked } from './parked.ts'
import { parkingQueue, ways, workQueue, workQueueNames } from './topology.ts'

await runCommand({
  name: 'retries replay',
  describe: 'Sends parked messages back to their queues, where they have all attempts before them.',
  words: '[ids..]',
  options: {
    ids: { type: 'string', array: true, default: [], describe: 'Which, as inspect shows them' },
    all: { type: 'boolean', default: false, describe: 'All that are parked' },
  },
  examples: [
    ['--all', 'send everything back'],
    ['7b1d2c5e-4f0a-4f7e-9d8e-2f6b8c1a9e3d', 'send one back'],
  ],

  async run({ args: { ids, all }, session, signal, print, status }) {
    if (all === ids.length > 0) throw new Error('say which: ids that inspect shows, or --all')
    const parking = await parkingQueue(session)
    const wanted = new Set<string>(ids)
    const missing = new Set(wanted)
    const kept: Delivery[] = []

    // Those that are there now: what fails and is parked again while we work has had its turn.
    for (let { messages } = await parking.count(); messages > 0 && !signal.aborted; messages--) {
      const delivery = await parking.get()
      if (delivery === undefined) break
      const { messageId: id = '' } = delivery
      const { from } = aboutParked(delivery)
      const way = ways.find((each) => workQueueNames[each] === from)
      if (way === undefined || !(all || wanted.has(id))) {
        kept.push(delivery)
        continue
      }

      const queue = await workQueue(session, way)
      // First there, then gone from here: if we die in between there are two of it, never none.
      await queue.forward(delivery, freshHeaders(delivery))
      delivery.ack()
      missing.delete(id)
      print(`${delivery.text()} sent back to "${from}"`, { event: 'replayed', id, queue: from })
    }

    for (const delivery of kept) delivery.nack()
    if (missing.size > 0) throw new Error(`not parked: ${[...missing].join(', ')}`)
    status(`${kept.length} still parked`)
  },
})
