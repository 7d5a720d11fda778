import { randomUUID } from 'node:crypto'

import { startBroker } from '@messaging-patterns/broker'
import { parseUrls } from '@messaging-patterns/shared'

import { Management } from './management.ts'

/** An empty virtual host for one check. */
export interface Vhost extends AsyncDisposable {
  readonly url: string
}

/** Where checks run. */
export interface Brokers {
  readonly name: string
  open(): Promise<Vhost>
}

/** A broker of its own for each check, in this process. */
export const embedded: Brokers = {
  name: 'the embedded broker',
  async open() {
    const broker = await startBroker()
    return { url: broker.url, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
  },
}

/** A virtual host for each check, on a RabbitMQ whose management API may make them. */
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

/** The management API beside a broker, for the same user, on its usual port. */
function managementOf({ hostname, username, password }: URL): string {
  return `http://${username || 'guest'}:${password || 'guest'}@${hostname}:15672`
}
