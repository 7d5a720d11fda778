import type { Socket } from './net.ts'

interface Channel {
  emit(event: 'drain'): unknown
}

/** The frames of one turn are one message to the broker's worker: the socket joins them. */
export class WriteBatch {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static of(socket: Socket): WriteBatch {
    return new WriteBatch(socket)
  }

  write(bytes: Buffer): boolean {
    const socket = this.#socket
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => {
        socket.uncork()
      })
    }
    return socket.write(bytes)
  }

  notifyOnDrain(channel: Channel): void {
    this.#socket.once('drain', () => channel.emit('drain'))
  }
}

export function internalsOf<T>({ connection }: { readonly connection: T }): T {
  return connection
}

/** A page has no large messages. It does without what makes them faster, and loads less. */
export function sendMessages(): void {}

export function receiveFrames(): void {}

export function readIntoOneBuffer(): object {
  return {}
}
