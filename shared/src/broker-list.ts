import { connectOptions, maskUrl, parseUrls } from './broker-url.ts'
import { MessagingError } from './errors.ts'

/** The brokers that stand for one another, and the one of them whose turn it is. */
export class BrokerList {
  readonly urls: readonly URL[]
  /** What amqplib connects to: it reads the same object at each attempt. */
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

  /** The URL as it may be shown. */
  get shown(): string {
    return maskUrl(this.url)
  }

  /** The turn of the next one, and of the first after the last. */
  next(): void {
    this.#index += 1
    Object.assign(this.target, connectOptions(this.url), { heartbeat: this.#heartbeat })
  }
}
