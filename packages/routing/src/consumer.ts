// Lesson 4, the receiving side: ask for the messages of some severities and be spared the others.
import { countOption, runCommand } from '@messaging-patterns/shared/cli'

await runCommand({
  name: 'routing consumer',
  describe: 'Prints the messages of the given severities from the exchange "direct_logs".',
  words: '<severities..>',
  options: {
    severities: {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'One or more: info, warning, error, blue, any word',
    },
    count: { ...countOption, describe: 'Stop after this many messages  [never]' },
  },
  examples: [
    ['error', 'errors alone'],
    ['info warning error', 'three severities, in one queue'],
  ],

  async run({ args, session, signal, print, status }) {
    const logs = await session.exchange('direct_logs', 'direct', { durable: false })

    // One queue of our own, and a binding for each severity. Another consumer may bind the same
    // severity to its queue: then both get a copy. A severity that nobody bound goes nowhere.
    const queue = await session.queue()
    await queue.bind(logs, ...args.severities)

    const deliveries = await queue.consume({ limit: args.count, signal })
    const wanted = args.severities.map((key) => `"${key}"`).join(', ')
    status(`waiting for ${wanted} from "direct_logs"; Ctrl-C stops`)

    for await (const delivery of deliveries) {
      const { routingKey } = delivery
      const text = delivery.text()
      // A message of the producer's series ends with its severity already.
      const line = text.endsWith(` - ${routingKey}`) ? text : `${routingKey}: ${text}`
      const facts = { event: 'received', exchange: logs.name, routingKey, body: text }
      print(`${line} received`, facts)
      delivery.ack()
    }
  },
})
