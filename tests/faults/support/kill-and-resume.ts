import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { fileOffsetStore, inFlight, Session } from '@messaging-patterns/shared'
import { Program, waitFor } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import type { Tally } from './tally.ts'

const consumer = 'tests/faults/support/resuming-consumer.ts'

/** The files of a consumer that is killed again and again. */
class Work implements AsyncDisposable {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async start(): Promise<Work> {
    return new Work(await mkdtemp(path.join(tmpdir(), 'resume-')))
  }

  get storeFile(): string {
    return path.join(this.#folder, 'offset')
  }

  get doneFile(): string {
    return path.join(this.#folder, 'done')
  }

  /** The offsets of the messages that are finished, in the order of their ends. */
  get done(): readonly number[] {
    if (!existsSync(this.doneFile)) return []
    // A kill never cuts through a line: it is written at once.
    return readFileSync(this.doneFile, 'utf8').trimEnd().split('\n').map(Number)
  }

  /** Fails if a message up to the stored offset is not finished. Returns the offset. */
  async check(): Promise<number> {
    const stored = (await fileOffsetStore(this.storeFile).load()) ?? -1
    const done = new Set(this.done)
    const skipped: number[] = []
    for (let offset = 0; offset <= stored; offset++) if (!done.has(offset)) skipped.push(offset)
    expect(skipped).toEqual([])
    return stored
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true })
  }
}

/** Kills a consumer `kills` times at random while it works on `messages`, and counts them. */
export async function killAndResume(
  url: string,
  tally: Tally,
  { messages, kills }: { readonly messages: number; readonly kills: number },
): Promise<void> {
  await using session = await Session.open({ url })
  const stream = await session.stream(`resume-${Date.now()}`)
  const numbers = Array.from({ length: messages }, () => tally.next())
  const sent = inFlight(numbers, async (number) => {
    await stream.send(number === messages - 1 ? 'last' : String(number))
    return number
  })
  for await (const number of sent) tally.confirm(number)
  await using work = await Work.start()
  const start = (): Program =>
    new Program(consumer, [stream.name, work.storeFile, work.doneFile], { AMQP_URL: url })
  for (let kill = 0; kill < kills; kill++) {
    await using program = start()
    const before = work.done.length
    const share = (messages - new Set(work.done).size) / (kills - kill + 1)
    const enough = before + 1 + Math.floor(Math.random() * 1.5 * share)
    await waitFor('some work', () => program.ended || work.done.length >= enough, { interval: 2 })
    expect(program.ended, program.stderr).toBe(false)
    program.signal('SIGKILL')
    await program.ends()
    await work.check()
  }
  await using program = start()
  expect(await program.ends()).toMatchObject({ code: 0, stderr: '' })
  expect(await work.check()).toBe(messages - 1)
  for (const offset of work.done) tally.receive(offset)
  await stream.delete()
}
