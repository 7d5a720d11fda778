import { Socket } from 'node:net'
import { Writable } from 'node:stream'

import { expect, test, vi } from 'vitest'

import { WriteBatch } from '../../src/transport/write-batch.ts'

type Sent = (error?: Error | null) => void

/** A socket that has sent something only when the test says so. */
class SlowSocket extends Socket {
  readonly sent: Buffer[] = []
  #current: { readonly chunks: readonly Buffer[]; readonly sent: Sent } | undefined

  override _write(chunk: Buffer, _encoding: BufferEncoding, sent: Sent): void {
    this.#current = { chunks: [chunk], sent }
  }

  override _writev(chunks: { readonly chunk: Buffer }[], sent: Sent): void {
    this.#current = { chunks: chunks.map(({ chunk }) => chunk), sent }
  }

  /** Returns false if there is nothing to send. */
  sendAll(): boolean {
    const current = this.#current
    this.#current = undefined
    // Copied now, as the kernel would.
    this.sent.push(...(current?.chunks ?? []).map((chunk) => Buffer.from(chunk)))
    current?.sent()
    return current !== undefined
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

test('only who was told that the socket is full is told when it is not', async () => {
  const socket = new SlowSocket()
  const batch = WriteBatch.of(socket)
  const [told, other] = [new Writable(), new Writable()]
  const drained = vi.fn<(name: string) => void>()
  told.on('drain', () => {
    drained('told')
  })
  other.on('drain', () => {
    drained('other')
  })
  const body = Buffer.alloc(65_536)

  const accepted = Array.from({ length: 20 }, () => batch.writeBody(1, body)).indexOf(false)
  batch.notifyOnDrain(told)
  await turn()
  expect(accepted).toBe(15)
  expect(drained).not.toHaveBeenCalled()

  while (socket.sendAll()) await turn()

  expect(drained.mock.calls).toEqual([['told']])
})

test('what is written while earlier writes are on their way does not change them', async () => {
  const socket = new SlowSocket()
  const batch = WriteBatch.of(socket)
  const written: Buffer[] = []
  for (let i = 0; i < 1000; i++) {
    const bytes = Buffer.alloc(1 + ((i * 7919) % 4500), i)
    written.push(bytes)
    batch.write(bytes)
    if (i % 3 === 0) await turn()
    // Sometimes soon, sometimes when several pieces are waiting.
    if (i % 200 < 50 || i % 60 === 0) socket.sendAll()
  }

  await turn()
  while (socket.sendAll()) await turn()

  expect(Buffer.concat(socket.sent).equals(Buffer.concat(written))).toBe(true)
})

test('the end of a connection follows what was written just before it', async () => {
  const socket = new SlowSocket()
  const batch = WriteBatch.of(socket)

  batch.write(Buffer.from('close'))
  socket.end()
  while (socket.sendAll()) await turn()

  expect(Buffer.concat(socket.sent).toString()).toBe('close')
})
