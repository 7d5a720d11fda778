import { randomUUID } from 'node:crypto'

import { startBroker } from '@messaging-patterns/broker'
import { maskText, parseUrls } from '@messaging-patterns/shared'

import { Management } from './management.ts'

/** An empty virtual host for one check. */
export interface Vhost extends AsyncDisposable {
  readonly url: string
}

/** Provides virtual hosts for checks. */
export interface Brokers {
  readonly name: string
  open(): Promise<Vhost>
}

/** Starts an embedded broker for each check. */
export const embedded: Brokers = {
  name: 'the embedded broker',
  async open() {
    const broker = await startBroker()
    return { url: broker.url, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
  },
}

/** Creates a virtual host for each check on a RabbitMQ, through its management API. */
export function rabbitMq(amqp: string, management?: string): Brokers {
  const [broker = new URL(amqp)] = parseUrls(amqp)
  const api = new Management(managementUrl(broker, management))
  return {
    name: `the broker at ${broker.host}`,
    async open() {
      const vhost = `exercise-${randomUUID()}`
      await api.createVhost(vhost, broker.username || 'guest')
      const url = new URL(broker)
      url.pathname = `/${vhost}`
      return { url: url.href, [Symbol.asyncDispose]: () => api.deleteVhost(vhost) }
    },
  }
}

/** By default on port 15672 of the same host, with the same login. */
function managementUrl(broker: URL, given = `http://${broker.hostname}:15672`): URL {
  if (!URL.canParse(given) || !/^https?:/.test(given))
    throw new Error(
      `"${maskText(given)}" is not the URL of a management API; write it as http://USER:PASSWORD@HOST:15672`,
    )
  const url = new URL(given)
  if (url.username === '') {
    url.username = broker.username || 'guest'
    url.password = broker.password || 'guest'
  }
  return url
}
