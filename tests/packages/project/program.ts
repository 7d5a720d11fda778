// A program of someone who has installed the published packages: it starts a broker, and sends a
// message through it.
import { startBroker, type Broker } from '@messaging-patterns/broker'
import { Session, type Delivery } from '@messaging-patterns/shared'
import { defineCommand } from '@messaging-patterns/shared/cli'

const runGreeter = defineCommand({
  name: 'greeter',
  describe: 'Sends a greeting to itself.',
  positionals: '[name]',
  options: { name: { type: 'string', default: 'World', describe: 'Whom to greet' } },
  examples: [['', 'greet the world']],
})

await runGreeter(async ({ args, print }) => {
  await using broker: Broker = await startBroker({ port: 0 })
  await using session = await Session.open({ url: broker.url })
  const queue = await session.queue('greetings')
  await queue.send(`Hello ${args.name}`)
  const subscription = await queue.consume(
    (delivery: Delivery) => print(`received ${delivery.text()}`, {}),
    { limit: 1 },
  )
  await subscription.finished()
})
