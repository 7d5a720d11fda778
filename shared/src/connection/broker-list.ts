import { MessagingError } from '../errors/messaging-error.ts'
import { connectOptions, maskUrl, parseUrls } from './broker-url.ts'

/** The brokers that can replace one another, such as the nodes of a cluster, and the current one. */
export class BrokerList {
  readonly urls: readonly URL[]
  /** The options that amqplib connects with: it reads the same object at each attempt. */
  readonly target: ReturnType<typeof connectOptions> = {}
  readonly #heartbeat: number
  #index = -1

  constructor(urls: string | readonly string[], heartbeat: number) {
    this.urls = parseUrls(urls)
    this.#heartbeat = heartbeat
    this.next()
  }

  get url(): URL {
    const url = this.urls[this.#index % this.urls.length]
    if (url === undefined) throw new MessagingError('INVALID_URL', 'no URL of a broker was given')
    return url
  }

  /** The URL without its password. */
  get maskedUrl(): string {
    return maskUrl(this.url)
  }

  /** Moves on to the next broker, and from the last one to the first. */
  next(): void {
    this.#index += 1
    Object.assign(this.target, connectOptions(this.url), { heartbeat: this.#heartbeat })
  }
}
