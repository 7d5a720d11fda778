import type { ToBroker } from '../engine/protocol.ts'
import { connectTo } from '../standins/network/server.ts'
import { wire } from '../standins/network/wire.ts'

/** The port of the broker, as in its URL. */
const brokerPort = 5672

/** A broker for one check. */
export interface CheckBroker extends AsyncDisposable {
  readonly url: string
}

/** Starts a broker in a worker for each check, and becomes the network to it. */
export const brokers = {
  name: 'the broker in this page',
  async open(): Promise<CheckBroker> {
    const worker = new Worker(new URL('broker.js', import.meta.url), { type: 'module' })
    // The check would wait for it forever. This ends the check, and the page is told why.
    worker.addEventListener('error', () => reportError(new Error('its broker could not be loaded')))
    const start: ToBroker = {
      type: 'start',
      firstMessage: 1,
      now: Date.now(),
      rate: 1,
      latency: 0,
      isPaced: false,
    }
    worker.postMessage(start)
    wire.connect = (end, port) => {
      if (port !== brokerPort) {
        if (connectTo(port, end) === undefined) end.postMessage('ECONNREFUSED')
        return
      }
      const message: ToBroker = {
        type: 'connect',
        program: 'check',
        port: end,
        to: port,
        streams: true,
      }
      worker.postMessage(message, [end])
    }
    return {
      url: `amqp://guest:guest@localhost:${brokerPort}`,
      async [Symbol.asyncDispose]() {
        worker.terminate()
      },
    }
  },
}
