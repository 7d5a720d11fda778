import {
  brokerForEachTest,
  programsOn,
  TcpProxy,
  waitFor,
  type Program,
} from '@messaging-patterns/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { currentTask, type SentCall } from '../src/index.ts'
import { occurrenceId } from '../src/scheduling/schedule.ts'
import { celeryWorker, python } from './celery.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()
const { start } = programsOn(broker)

afterEach(() => {
  vi.useRealTimers()
})

/** From now on it is this time, until it is set again; timers go on. */
function itIs(time: string): void {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) })
}

interface ReceivedCall {
  readonly id: string
  readonly time: number
}

/** The calls that arrive, instead of a worker. */
async function receiveCalls(
  { session }: TestProgram,
  onCall: () => void = () => {},
): Promise<readonly ReceivedCall[]> {
  const calls: ReceivedCall[] = []
  const queue = await session.queue('celery', { type: 'classic' })
  await queue.consume(({ headers }) => {
    calls.push({ id: String(headers['id']), time: Date.parse(String(headers['scheduled_for'])) })
    onCall()
  })
  return calls
}

/** Each call of the schedule "ticking" has arrived, and none twice. */
function expectAllOnce(calls: readonly ReceivedCall[]): void {
  const first = calls[0]?.time ?? 0
  expect(calls.map(({ id }) => id)).toEqual(
    calls.map((_, index) => occurrenceId('ticking', first + index * 500)),
  )
}

/** A program with a schedule, and what its scheduler has sent. */
class Scheduling implements AsyncDisposable {
  readonly program: TestProgram
  readonly sent: SentCall[] = []
  #scheduler: AsyncDisposable | undefined

  constructor(program: TestProgram) {
    this.program = program
  }

  static async ticking(url = broker.url): Promise<Scheduling> {
    const program = await TestProgram.on({ ...broker, url })
    const tick = program.tasks.remote<() => void>('ts.tick')
    program.tasks.schedule('ticking', tick.s(), { every: 500 })
    return new Scheduling(program)
  }

  static async hourly(): Promise<Scheduling> {
    const program = await TestProgram.on(broker)
    const report = program.tasks.remote<(kind: string) => void>('ts.report')
    program.tasks.schedule('hourly', report.s('sales'), { crontab: '0 * * * *' })
    return new Scheduling(program)
  }

  async start(): Promise<void> {
    const onSend = (call: SentCall): number => this.sent.push(call)
    this.#scheduler = await this.program.connected.startScheduler({ onSend })
  }

  async stop(): Promise<void> {
    await this.#scheduler?.[Symbol.asyncDispose]()
  }

  get times(): readonly string[] {
    return this.sent.map(({ scheduledFor }) => scheduledFor.toISOString().slice(11, 16))
  }

  async hasSent(...times: readonly string[]): Promise<void> {
    await expect.poll(() => this.times, { timeout: 20_000 }).toEqual(times)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.program[Symbol.asyncDispose]()
  }
}

describe('a scheduler', () => {
  test('calls a task at an interval, and tells it for which time', async () => {
    await using program = await TestProgram.on(broker)
    const runs: { readonly id: string; readonly for: number; readonly at: number }[] = []
    const tick = program.tasks.define('ts.tick', (text: string) => {
      const { id, headers } = currentTask()
      runs.push({ id, for: Date.parse(String(headers['scheduled_for'])), at: Date.now() })
      return text
    })
    program.tasks.schedule('ticks', tick.s('tick'), { every: 500 })
    await program.work()
    await using _ = await program.connected.startScheduler()
    await waitFor('three calls', () => runs.length >= 3)
    for (const [index, run] of runs.entries()) {
      expect(run.for).toBe((runs[0]?.for ?? 0) + index * 500)
      expect(run.for % 500).toBe(0)
      expect(run.id).toBe(occurrenceId('ticks', run.for))
      expect(run.at).toBeGreaterThanOrEqual(run.for)
    }
  })

  test('calls a task at the times of a crontab', async () => {
    itIs('2026-11-26T12:59:59.500Z')
    await using first = await Scheduling.hourly()
    await first.start()
    itIs('2026-11-26T13:00:00Z')
    await first.hasSent('13:00')
    await first.stop()
  })

  test('sends the latest call of those that were due when no scheduler ran', async () => {
    itIs('2026-11-26T12:30:00Z')
    await using first = await Scheduling.hourly()
    await first.start()
    await first.stop()
    itIs('2026-11-26T15:10:00Z')
    await using second = await Scheduling.hourly()
    await second.start()
    await second.hasSent('15:00')
    await second.stop()
    await using third = await Scheduling.hourly()
    await third.start()
    itIs('2026-11-26T15:59:59.900Z')
    await third.stop()
    expect(third.times).toEqual([])
    const queue = await third.program.session.queue('celery', { passive: true })
    expect((await queue.count()).messages).toBe(1)
  })

  test('waits while another one is active, and continues when that has stopped', async () => {
    itIs('2026-11-26T12:59:59.500Z')
    await using first = await Scheduling.hourly()
    await first.start()
    await using second = await Scheduling.hourly()
    await second.start()
    itIs('2026-11-26T13:00:00Z')
    await first.hasSent('13:00')
    // These were due while the second one was running: it sends all of them.
    await first.stop()
    itIs('2026-11-26T15:10:00Z')
    await using third = await Scheduling.hourly()
    await third.start()
    await second.hasSent('14:00', '15:00')
    expect(third.times).toEqual([])
  })

  test('that has lost its connection does not send what its successor sends', async () => {
    await using program = await TestProgram.on(broker)
    const calls = await receiveCalls(program)
    await using proxy = await TcpProxy.start(broker.url)
    await using first = await Scheduling.ticking(proxy.url)
    await first.start()
    await waitFor('a call', () => first.sent.length > 0)
    await using second = await Scheduling.ticking()
    await second.start()
    proxy.cut()
    // The first one is connected again, and its timer goes on.
    await waitFor('four calls', () => second.sent.length >= 4)
    const before = first.sent.length
    await second.stop()
    await waitFor('the first one to be active again', () => first.sent.length > before)
    await first.stop()
    expectAllOnce(calls)
  })
})

test('a scheduler that is killed again and again loses no call, and sends none twice', async () => {
  await using program = await TestProgram.on(broker)
  let onCall = (): void => {}
  const calls = await receiveCalls(program, () => {
    onCall()
  })
  const programs: Program[] = []
  await using _programs = {
    [Symbol.asyncDispose]: async () => {
      for (const each of programs) await each[Symbol.asyncDispose]()
    },
  }
  const begin = async (): Promise<Program> => {
    const started = start('packages/tasks/test/ticking.ts')
    programs.push(started)
    await started.says(/started/)
    return started
  }
  let active = await begin()
  for (let kills = 0; kills < 10; kills++) {
    const standby = await begin()
    // Its first call, and a line about it.
    await active.hasLines(2)
    // Half of them are killed as soon as a call has arrived: perhaps they do not know that yet.
    if (kills % 2 === 0) await new Promise<void>((resolve) => (onCall = resolve))
    active.signal('SIGKILL')
    await active.ends()
    active = standby
  }
  const killed = calls.length
  await waitFor('the last one to call', () => calls.length > killed + 1)
  expectAllOnce(calls)
})

describe.skipIf(python === undefined)('with Celery', () => {
  test('a scheduled task runs in Python', async () => {
    await using program = await TestProgram.on(broker)
    const add = program.tasks.remote<(x: number, y: number) => number>('py.add')
    program.tasks.schedule('sum', add.s(2, 3), { every: 500 })
    await using worker = await celeryWorker(broker)
    await using _ = await program.connected.startScheduler()
    await worker.says(/Task py\.add\[[\da-f-]+\] succeeded in .*: 5/)
  })
})
