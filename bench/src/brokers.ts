import { Program, RabbitMqServer } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'

/** A broker that contenders work on. */
export interface Broker extends AsyncDisposable {
  readonly url: string
  /** As the page names it. */
  readonly title: string
  readonly version: string
}

/** How each broker is started; a URL that was given stands for RabbitMQ. */
export const brokers = {
  rabbitmq: (url) => (url === undefined ? startRabbitMq() : given(url)),
  embedded: () => startEmbedded(),
} as const satisfies Record<string, (url: string | undefined) => Promise<Broker>>

export type BrokerName = keyof typeof brokers

async function startRabbitMq(version = '4.3'): Promise<Broker> {
  const server = await RabbitMqServer.start({ version })
  return {
    url: server.url,
    ...(await askWho(server.url)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function given(url: string): Promise<Broker> {
  return { url, ...(await askWho(url)), async [Symbol.asyncDispose]() {} }
}

/** Our broker in a process of its own, as `pnpm broker` starts it. */
async function startEmbedded(): Promise<Broker> {
  const program = new Program('broker/src/bin.ts', ['--port', '0'])
  const dispose = (): Promise<void> => program[Symbol.asyncDispose]()
  try {
    const [line = ''] = await program.hasLines(1)
    const url = line.replace(/^Listening on /, '')
    return { url, title: 'embedded broker', version: 'this commit', [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function askWho(url: string): Promise<{ title: string; version: string }> {
  const model = await connect(url)
  const { product, version } = model.connection.serverProperties
  await model.close()
  return { title: product, version }
}
