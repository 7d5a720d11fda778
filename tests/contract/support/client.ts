import type { Socket } from 'node:net'

import { deadline } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import type { ChannelModel, ConfirmChannel, Options } from 'amqplib'

/** An amqplib connection that is closed by `await using`. */
export class Client implements AsyncDisposable {
  readonly connection: ChannelModel
  #closed = false

  private constructor(connection: ChannelModel) {
    this.connection = connection
    connection.on('close', () => (this.#closed = true))
    // The call that failed rejects with the same error.
    connection.on('error', () => {})
  }

  /** `socket` is for TLS, and for the properties of the client. */
  static async open(url: string | Options.Connect, socket: object = {}): Promise<Client> {
    return new Client(await connect(url, { noDelay: true, ...socket }))
  }

  /** A channel in confirm mode. Its errors reject the calls that caused them. */
  async openChannel(): Promise<ConfirmChannel> {
    const channel = await this.connection.createConfirmChannel()
    channel.on('error', () => {})
    return channel
  }

  /** Closes the connection. If the broker does not answer, destroys it and rejects. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    const { stream } = this.connection.connection as unknown as { readonly stream: Socket }
    let timer: NodeJS.Timeout | undefined
    const unanswered = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error('the broker did not answer connection.close'))
        stream.destroy()
      }, deadline)
    })
    try {
      await Promise.race([this.connection.close(), unanswered])
    } finally {
      clearTimeout(timer)
    }
  }
}
