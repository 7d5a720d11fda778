import { randomUUID } from 'node:crypto'

import { startBroker } from '@messaging-patterns/broker'
import { parseUrls } from '@messaging-patterns/shared'

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
  const api = new Management(management ?? managementOf(broker))
  const user = broker.username || 'guest'
  return {
    name: `the broker at ${broker.host}`,
    async open() {
      const vhost = `exercise-${randomUUID()}`
      await api.request('PUT', `vhosts/${vhost}`, { default_queue_type: 'classic' })
      const everything = { configure: '.*', write: '.*', read: '.*' }
      await api.request('PUT', `permissions/${vhost}/${user}`, everything)
      const url = new URL(broker)
      url.pathname = `/${vhost}`
      return {
        url: url.href,
        [Symbol.asyncDispose]: () => api.request('DELETE', `vhosts/${vhost}`),
      }
    },
  }
}

/** The default URL of the management API: same host, same user, port 15672. */
function managementOf({ hostname, username, password }: URL): string {
  return `http://${username || 'guest'}:${password || 'guest'}@${hostname}:15672`
}
