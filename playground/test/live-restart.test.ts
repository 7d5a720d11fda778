import { startBroker } from '@messaging-patterns/broker'
import { freePort, Program, waitFor } from '@messaging-patterns/testkit'
import { inject, test } from 'vitest'

import { EventStream } from './support/live/event-stream.ts'

// RabbitMQ is shared with other tests, so it cannot be restarted.
test.skipIf(inject('broker') === 'rabbitmq')('watches a broker again after a restart', async () => {
  const [port, management] = [await freePort(), await freePort()]
  const start = () => startBroker({ port, management })
  const first = await start()
  await using live = new Program(
    [process.execPath, 'tour/run.js', 'playground/src/live/live.ts', '--yes'],
    ['--management-url', first.managementUrl ?? ''],
    { AMQP_URL: first.url },
  )
  await live.says(/http:\/\/\S+/)
  await using stream = new EventStream(/http:\/\/\S+/.exec(live.stdout)?.[0] ?? '')
  await first.close()
  await live.says(/connection lost/)
  await using second = await start()
  await live.says(/reconnected/)
  await using producer = new Program('packages/basic/src/producer.ts', ['Hello'], {
    AMQP_URL: second.url,
  })
  await producer.ends()
  await waitFor('the message', () => stream.bodies('routed', 'hello').includes('Hello'))
})
