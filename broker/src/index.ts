/** An AMQP 0-9-1 broker inside this process. */
export interface Broker extends AsyncDisposable {
  /** Where clients connect: amqp://guest:guest@127.0.0.1:PORT */
  readonly url: string
}

/** Starts a broker; `port` 0 takes a free one. */
export async function startBroker(_options: { readonly port?: number } = {}): Promise<Broker> {
  throw new Error('not built yet')
}
