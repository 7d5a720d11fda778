import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { inFlight, Session } from '@messaging-patterns/shared'
import { chord, Tasks, type Task } from '@messaging-patterns/tasks'
import { deadline, Program, waitFor } from '@messaging-patterns/testkit'
import { expect } from 'vitest'

import type { Tally } from './tally.ts'
import { retryDelayOf, type Work } from './tasks.ts'

const hundred = Array.from({ length: 100 }, (_, number) => number)

/** Workers that are killed at random, and replaced. */
class Crew implements AsyncDisposable {
  readonly #start: () => Program
  readonly #folder: string
  readonly #doneFile: string
  #workers: readonly Program[]

  private constructor(url: string, folder: string, size: number) {
    this.#folder = folder
    this.#doneFile = path.join(folder, 'done')
    this.#start = () =>
      new Program('tests/faults/support/task-worker.ts', [this.#doneFile], { AMQP_URL: url })
    this.#workers = Array.from({ length: size }, this.#start)
  }

  static async start(url: string, size: number): Promise<Crew> {
    return new Crew(url, await mkdtemp(path.join(tmpdir(), 'crew-')), size)
  }

  /** How many calls have ended, each as often as it was done. */
  get done(): number {
    if (!existsSync(this.#doneFile)) return 0
    // A kill never cuts through a line: it is written at once.
    return readFileSync(this.#doneFile, 'utf8').split('\n').length - 1
  }

  /** Kills one of those that work. */
  async killOne(): Promise<void> {
    for (const each of this.#workers) expect(each.ended, each.stderr).toBe(false)
    const worker = await waitFor('a worker', () => {
      const ready = this.#workers.filter(({ stdout }) => stdout !== '')
      return ready[Math.floor(Math.random() * ready.length)]
    })
    worker.signal('SIGKILL')
    this.#workers = [...this.#workers.filter((each) => each !== worker), this.#start()]
    await worker.ends()
  }

  /** Stops all of them gracefully. */
  async stop(): Promise<void> {
    for (const worker of this.#workers) await worker.says(/ready/)
    for (const worker of this.#workers) worker.signal('SIGTERM')
    for (const worker of this.#workers) {
      const outcome = await worker.ends()
      expect(outcome, outcome.stderr).toMatchObject({ code: 0, stderr: '' })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.#workers) await worker[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true })
  }
}

/** How much is called, and how often a worker is killed meanwhile. */
interface Load {
  readonly calls: number
  readonly kills: number
}

/**
 * Calls tasks of which a tenth is retried, and four chords of a hundred at a time, while workers are
 * killed at random. Each call and each chord must have its result in the end.
 */
export async function killTaskWorkers(
  url: string,
  tally: Tally,
  { calls, kills }: Load,
): Promise<void> {
  await using session = await Session.open({ url })
  const tasks = new Tasks()
  await using connected = await tasks.connect(session)
  await using crew = await Crew.start(url, 4)
  const timeout = deadline + calls * 10

  const work = tasks.remote<(number: number) => Work>('faults.work')
  const sum = tasks.remote<(works: readonly Work[]) => number>('faults.sum')
  const header = hundred.map((number) => work.s(number))
  let finished = false
  let chords = 0
  const callChords = async (): Promise<void> => {
    while (!finished) {
      const number = tally.next()
      const result = await connected.send(chord(header, sum.s()))
      tally.confirm(number)
      expect(await result.get({ timeout })).toBe(4950)
      tally.receive(number)
      chords += 1
    }
  }
  const results = callAll(work, tally, { calls, timeout })
  const collected = Promise.all([callChords(), callChords(), callChords(), callChords()])
  // They are awaited below.
  for (const each of [results, collected]) each.catch(() => {})

  for (let kill = 0; kill < kills; kill++) {
    const share = (calls - tally.received) / (kills - kill + 1)
    const enough = tally.received + 1 + Math.floor(Math.random() * 1.5 * share)
    await waitFor('some results', () => tally.received >= Math.min(enough, calls), { timeout })
    await crew.killOne()
  }
  await results
  finished = true
  await collected
  tally.repeat(crew.done - calls - hundred.length * chords)
  await crew.stop()
}

/** Resolves when each call has its result. */
async function callAll(
  work: Task<[number], Work>,
  tally: Tally,
  { calls, timeout }: { readonly calls: number; readonly timeout: number },
): Promise<void> {
  const numbers = Array.from({ length: calls }, () => tally.next())
  const called = inFlight(
    numbers,
    async (number) => {
      const result = await work.delay(number)
      tally.confirm(number)
      const retries = retryDelayOf(number) === undefined ? 0 : 1
      expect(await result.get({ timeout })).toEqual({ number, retries })
      tally.receive(number)
    },
    { window: 1000 },
  )
  for await (const _ of called);
}
