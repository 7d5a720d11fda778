// Lesson 9, an experiment: reject and nack both give a message back. Which of them is counted?
import { runCommand } from '@messaging-patterns/shared/cli'

const limit = 3
const most = 50

await runCommand({
  name: 'retries reject-or-nack',
  describe: `Gives a message back again and again, in a queue with a delivery limit of ${limit}.`,
  options: {},
  examples: [['', 'see after how many deliveries the broker gives up']],

  async run({ session, signal, print }) {
    const dead = await session.queue('retries.experiment.dead')
    const queue = await session.queue('retries.experiment', {
      arguments: {
        'x-delivery-limit': limit,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': dead.name,
      },
    })

    for (const how of ['reject', 'nack'] as const) {
      await queue.send(how)
      const over = new AbortController()
      const arrival = await dead.consume(() => over.abort(), { limit: 1, signal })

      let deliveries = 0
      // Ends when the message turns up among the dead ones.
      const stop = AbortSignal.any([signal, over.signal])
      for await (const delivery of await queue.consume({ signal: stop })) {
        deliveries += 1
        // This one would go on for ever.
        if (deliveries === most) break
        delivery[how]({ requeue: true })
      }
      const end = over.signal.aborted ? 'then it was dead-lettered' : 'and would be for ever'
      await arrival.cancel()
      print(`${how}: delivered ${deliveries} times, ${end}`, { how, deliveries })
    }

    await queue.delete()
    await dead.delete()
  },
})
