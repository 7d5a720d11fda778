import { StreamQueue } from '../core/queue/stream-queue.ts'
import { Subscriptions } from './consuming/subscriptions.ts'
import { Publishers } from './publishing/publishers.ts'
import type { SessionHost } from './session-host.ts'

/** What a client does once it has opened a virtual host. */
export class Session {
  readonly host: SessionHost
  readonly publishers: Publishers
  readonly subscriptions: Subscriptions
  /** The streams about whose deletion the client is notified. */
  readonly #watched = new Map<StreamQueue, Disposable>()

  constructor(host: SessionHost) {
    this.host = host
    this.publishers = new Publishers(host.frames, () => host.memory.countCopy())
    this.subscriptions = new Subscriptions(host)
  }

  /** The stream of this name; undefined if there is none. */
  stream(name: string): StreamQueue | undefined {
    const queue = this.host.vhost.queues.get(name)
    return queue instanceof StreamQueue ? queue : undefined
  }

  /** From now on, the client is notified when this stream is deleted. */
  watch(stream: StreamQueue): void {
    if (this.#watched.has(stream)) return
    this.#watched.set(
      stream,
      stream.log.onClose(() => this.#streamDeleted(stream)),
    )
  }

  /** The client may have stopped using the stream. */
  unwatchUnused(stream: StreamQueue): void {
    if (this.publishers.uses(stream) || this.subscriptions.uses(stream)) return
    this.#watched.get(stream)?.[Symbol.dispose]()
    this.#watched.delete(stream)
  }

  /** Sends chunks until `shouldStop` returns true. Returns whether there may be more to send. */
  deliver(shouldStop: () => boolean): boolean {
    return this.subscriptions.deliver(shouldStop)
  }

  /** The connection is closed. */
  close(): void {
    for (const watch of this.#watched.values()) watch[Symbol.dispose]()
    this.#watched.clear()
    this.subscriptions.close()
  }

  #streamDeleted(stream: StreamQueue): void {
    this.#watched.delete(stream)
    this.publishers.removeAll(stream)
    this.subscriptions.removeAll(stream)
    this.host.frames.metadataUpdate(stream.name)
    this.host.scheduleFlush()
  }
}
