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
      stream.log.onClose(() => this.#drop(stream)),
    )
  }

  /** The client may have stopped using the stream. */
  unwatchUnused(stream: StreamQueue): void {
    if (this.publishers.uses(stream) || this.subscriptions.uses(stream)) return
    this.#watched.get(stream)?.[Symbol.dispose]()
    this.#watched.delete(stream)
  }

  /** Removes the publishers and subscriptions of all streams that the client may no longer use so. */
  dropForbidden(): void {
    const { access } = this.host
    for (const stream of Array.from(this.#watched.keys())) {
      const mayWrite = !this.publishers.uses(stream) || access.allows('write', stream.name)
      const mayRead = !this.subscriptions.uses(stream) || access.allows('read', stream.name)
      if (!mayWrite || !mayRead) this.#drop(stream)
    }
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

  /** The stream is no longer available to the client. */
  #drop(stream: StreamQueue): void {
    this.#watched.get(stream)?.[Symbol.dispose]()
    this.#watched.delete(stream)
    this.publishers.removeAll(stream)
    this.subscriptions.removeAll(stream)
    this.host.frames.metadataUpdate(stream.name)
    this.host.scheduleFlush()
  }
}
