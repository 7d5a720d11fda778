// The worker of the broker.
import './globals.ts'

import { startBroker, type Clock } from '@messaging-patterns/broker'

import type { FromBroker, ToBroker } from '../engine/protocol.ts'
import { VirtualTime } from '../time/virtual-time.ts'
import { BrokerHost, type BrokerCommand } from './broker-host.ts'

const time = new VirtualTime()

const clock: Clock = {
  now: () => time.now(),
  after(milliseconds, task) {
    const timer = time.after(milliseconds, task)
    return { [Symbol.dispose]: () => time.cancel(timer) }
  },
}

let host: BrokerHost | undefined
/** What the page sends before the broker has started. */
const early: BrokerCommand[] = []

async function start(options: Extract<ToBroker, { type: 'start' }>): Promise<void> {
  time.set(options.now)
  time.rate = options.rate
  // It listens on no port: a page cannot.
  const broker = await startBroker({ clock, port: null })
  host = new BrokerHost(broker, {
    ...options,
    time,
    post: (message: FromBroker) => postMessage(message),
  })
  for (const message of early.splice(0)) host.receive(message)
}

// Only an error ends the broker for the page, which would wait forever.
addEventListener('unhandledrejection', ({ reason }) => reportError(reason))
addEventListener('message', ({ data }: MessageEvent<ToBroker>) => {
  if (data.type === 'start') void start(data)
  else if (host === undefined) early.push(data)
  else host.receive(data)
})
