// Lesson 5, the receiving side: ask by patterns, in which "*" is one word and "#" is any number.
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'topics consumer',
  describe:
    'Prints the messages from the exchange "topic_logs" whose key matches one of the binding keys.',
  words: '<keys..>',
  options: {
    keys: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Binding keys: "*" stands for one word, "#" for none, one or many',
    },
    count: { ...countOption, describe: 'Stop after this many messages  [never]' },
  },
  // Quoted, because a shell takes "*" for file names and "#" for a comment.
  examples: [
    ['"kern.*" "*.critical"', 'all of the kernel, and all that is critical'],
    ['"#"', 'everything, as from a fanout'],
    ['kern.critical', 'this key alone, as from a direct exchange'],
  ],

  async run({ args, session, signal, print, status }) {
    const logs = await session.exchange('topic_logs', 'topic', { durable: false })

    // A message that matches several of our bindings still comes once: they lead to one queue.
    const queue = await session.queue()
    await queue.bind(logs, ...args.keys)

    const deliveries = await queue.consume({ limit: args.count, signal })
    const wanted = args.keys.map((key) => `"${key}"`).join(', ')
    status(`waiting for ${wanted} from "topic_logs"; Ctrl-C stops`)

    for await (const delivery of deliveries) {
      const { routingKey } = delivery
      const text = delivery.text()
      // A message of the producer's series ends with its key already.
      const line = text.endsWith(` - ${routingKey}`) ? text : `${routingKey}: ${text}`
      const facts = { event: 'received', exchange: logs.name, routingKey, body: text }
      print(`${line} received`, facts)
      delivery.ack()
    }
  },
})
