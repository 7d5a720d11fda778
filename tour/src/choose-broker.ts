import { startBroker } from '@messaging-patterns/broker'
import { defaultUrl, MessagingError } from '@messaging-patterns/shared'

import { Admin } from './admin.ts'

export interface ChosenBroker extends AsyncDisposable {
  /** As the programs are told it. */
  readonly url: string
  readonly admin: Admin
  readonly embedded: boolean
  readonly because: string
}

/**
 * The broker that was given, which must be there; else the one on localhost:5672 if one answers
 * AMQP there and lets us in; else an embedded one.
 */
export async function chooseBroker(
  given: string | undefined,
  usual = defaultUrl,
): Promise<ChosenBroker> {
  if (given !== undefined) return running(given, 'as --url or AMQP_URL says')
  try {
    return await running(usual, 'which answers there')
  } catch (error) {
    return embedded(reasonAgainst(error, usual))
  }
}

async function running(url: string, because: string): Promise<ChosenBroker> {
  const admin = await Admin.connect(url)
  return {
    url,
    admin,
    embedded: false,
    because,
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}

async function embedded(because: string): Promise<ChosenBroker> {
  const broker = await startBroker({ port: 0 })
  const admin = await Admin.connect(broker.url)
  return {
    url: broker.url,
    admin,
    embedded: true,
    because,
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]()
      await broker.close()
    },
  }
}

function reasonAgainst(error: unknown, usual: string): string {
  if (!(error instanceof MessagingError)) throw error
  return error.message.includes('ECONNREFUSED')
    ? `because nothing listens on ${new URL(usual).host}`
    : `because ${error.message}`
}
