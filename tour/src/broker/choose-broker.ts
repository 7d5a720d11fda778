import { startBroker } from '@messaging-patterns/broker'
import { defaultUrl, MessagingError } from '@messaging-patterns/shared'

import { Admin } from './admin.ts'

export interface ChosenBroker extends AsyncDisposable {
  /** With the password, for the programs. */
  readonly url: string
  readonly admin: Admin
  readonly embedded: boolean
  /** Why this broker. */
  readonly reason: string
}

/**
 * The broker at `url`, which must be running. Without a URL, the one on localhost:5672 if an AMQP
 * broker answers there and accepts us, otherwise an embedded one.
 */
export async function chooseBroker(
  url: string | undefined,
  usualUrl = defaultUrl,
): Promise<ChosenBroker> {
  if (url !== undefined) return running(url, 'from --url or AMQP_URL')
  try {
    return await running(usualUrl, 'which is running there')
  } catch (error) {
    return embedded(reasonAgainst(error, usualUrl))
  }
}

async function running(url: string, reason: string): Promise<ChosenBroker> {
  const admin = await Admin.connect(url)
  return {
    url,
    admin,
    embedded: false,
    reason,
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}

async function embedded(reason: string): Promise<ChosenBroker> {
  const broker = await startBroker({ port: 0 })
  const admin = await Admin.connect(broker.url)
  return {
    url: broker.url,
    admin,
    embedded: true,
    reason,
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]()
      await broker.close()
    },
  }
}

function reasonAgainst(error: unknown, usualUrl: string): string {
  if (!(error instanceof MessagingError)) throw error
  return error.message.includes('ECONNREFUSED')
    ? `because nothing is listening on ${new URL(usualUrl).host}`
    : `because ${error.message}`
}
