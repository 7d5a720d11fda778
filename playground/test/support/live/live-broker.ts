import { startBroker } from '@messaging-patterns/broker'
import { Program, testBroker } from '@messaging-patterns/testkit'
import { inject } from 'vitest'

/** A broker with a management API, empty. */
export interface LiveBroker extends AsyncDisposable {
  readonly url: string
  readonly managementUrl: string
  readonly vhost: string
  /** Whether messages are traced at the moment. */
  readonly isTraced: () => Promise<boolean>
  /** Asks the management API for an object. */
  readonly request: (method: string, path: string, body?: unknown) => Promise<unknown>
}

export async function liveBroker(): Promise<LiveBroker> {
  const { url, managementUrl, vhost, end } = await started()
  const { origin, username, password } = new URL(managementUrl)
  const authorization = `Basic ${btoa(`${username}:${password}`)}`
  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${origin}/api/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    url,
    managementUrl,
    vhost,
    request,
    async isTraced() {
      const { tracing } = Object(await request('GET', `vhosts/${encodeURIComponent(vhost)}`))
      return tracing === true
    },
    [Symbol.asyncDispose]: end,
  }
}

async function started() {
  if (inject('broker') === 'rabbitmq') {
    const broker = await testBroker()
    const { management: managementUrl } = inject('rabbitmq')
    return { ...broker, managementUrl, end: () => broker[Symbol.asyncDispose]() }
  }
  const broker = await startBroker({ management: 0 })
  const managementUrl = broker.managementUrl ?? ''
  return { url: broker.url, managementUrl, vhost: '/', end: () => broker.close() }
}

/** `pnpm live`, started as a user starts it. */
export class Live extends Program {
  constructor(broker: LiveBroker, ...args: readonly string[]) {
    super(
      [process.execPath, 'tour/run.js', 'playground/src/live/live.ts', ...args],
      ['--management-url', broker.managementUrl],
      { AMQP_URL: broker.url },
    )
  }

  /** The address of the page, as soon as it is printed. */
  async page(): Promise<string> {
    await this.says(/http:\/\/\S+/)
    return /http:\/\/\S+/.exec(this.stdout)?.[0] ?? ''
  }
}
