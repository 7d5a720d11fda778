import { describe, expect, test, vi } from 'vitest'

import { DelayLine } from '../src/broker-worker/network/delay-line.ts'
import { Gate } from '../src/broker-worker/network/gate.ts'
import { Lines, problemIn } from '../src/engine/terminal.ts'
import { format, isDeepStrictEqual } from '../src/standins/modules/util.ts'
import { randomUUID } from '../src/standins/modules/crypto.ts'
import { Duplex, type Callback } from '../src/standins/streams/duplex.ts'
import { PassThrough } from '../src/standins/streams/pass-through.ts'
import { VirtualTime } from '../src/time/virtual-time.ts'

class Sink extends Duplex {
  readonly written: string[] = []
  done: Callback | undefined

  protected override writeAll(chunks: readonly Buffer[], done: Callback): void {
    this.written.push(chunks.map(String).join('|'))
    this.done = done
  }

  written1(): void {
    const { done } = this
    this.done = undefined
    done?.()
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a stream', () => {
  test('writes corked chunks at once, and joins those that were written meanwhile', async () => {
    const sink = new Sink()
    sink.cork()
    sink.write('a')
    sink.write('b')
    sink.uncork()
    sink.write('c')
    sink.write('d')
    expect(sink.written).toEqual(['a|b'])
    sink.written1()
    expect(sink.written).toEqual(['a|b', 'c|d'])
  })

  test('asks its writer to wait until everything is written', async () => {
    const sink = new Sink({ highWaterMark: 3 })
    const drained = vi.fn()
    sink.on('drain', drained)
    expect(sink.write('ab')).toBe(true)
    expect(sink.write('cd')).toBe(false)
    expect(sink.writableNeedDrain).toBe(true)
    sink.written1()
    sink.written1()
    await turn()
    expect(drained).toHaveBeenCalledOnce()
    expect(sink.writableLength).toBe(0)
  })

  test('reads what has arrived as one chunk, and then ends', async () => {
    const sink = new Sink()
    const events: string[] = []
    for (const name of ['readable', 'end', 'finish', 'close'])
      sink.on(name, () => events.push(name))
    sink.push(Buffer.from('a'))
    sink.push(Buffer.from('b'))
    sink.push(null)
    await turn()
    expect(String(sink.read())).toBe('ab')
    expect(sink.read()).toBeNull()
    await turn()
    expect(events).toEqual(['readable', 'end'])
    sink.end()
    await turn()
    expect(events).toEqual(['readable', 'end', 'finish', 'close'])
  })

  test('refuses to be written to after its end', () => {
    const sink = new Sink()
    const failed = vi.fn()
    sink.on('error', failed)
    sink.end()
    expect(sink.write('a')).toBe(false)
    expect(failed).toHaveBeenCalledOnce()
  })

  test('passes objects on, and makes the writer wait for the reader', async () => {
    const stream = new PassThrough({ objectMode: true, highWaterMark: 1 })
    expect(stream.write('a')).toBe(false)
    stream.write('b')
    await turn()
    expect(String(stream.read())).toBe('a')
    await turn()
    expect(String(stream.read())).toBe('b')
    expect(stream.read()).toBeNull()
  })
})

describe('virtual time', () => {
  test('runs slower, stands still, and calls what is due when it goes on', async () => {
    const time = new VirtualTime()
    const done = vi.fn()
    time.rate = 0
    const began = time.now()
    time.after(5, done)
    const cancelled = vi.fn()
    time.cancel(time.after(1, cancelled))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([time.now() - began, done.mock.calls.length]).toEqual([0, 0])
    time.rate = 1
    await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
    expect(time.now() - began).toBeGreaterThanOrEqual(4)
    expect(cancelled).not.toHaveBeenCalled()
  })

  test('can be set, and timers of the time between are late', async () => {
    const time = new VirtualTime()
    const done = vi.fn()
    time.after(3_600_000, done)
    time.set(time.now() + 3_600_001)
    await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
  })
})

describe('the network', () => {
  test('delays everything by its latency, in order, and nothing without', async () => {
    let latency = 0
    const line = new DelayLine(new VirtualTime(), () => latency)
    const seen: number[] = []
    line.pass(() => seen.push(1))
    expect(seen).toEqual([1])
    latency = 10
    line.pass(() => seen.push(2))
    line.pass(() => seen.push(3))
    latency = 0
    line.pass(() => seen.push(4))
    expect(seen).toEqual([1])
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 3, 4]))
  })

  test('waits at a closed gate, and is let in one by one', () => {
    const gate = new Gate()
    const seen: number[] = []
    gate.close()
    for (const each of [1, 2, 3]) gate.pass(() => seen.push(each))
    expect(seen).toEqual([])
    expect([gate.letOneIn(), seen]).toEqual([true, [1]])
    gate.open()
    expect([gate.letOneIn(), seen]).toEqual([false, [1, 2, 3]])
  })
})

describe('a terminal', () => {
  test('cuts output into lines', () => {
    const lines: string[] = []
    const terminal = new Lines((line) => lines.push(line))
    terminal.write('a\nb')
    terminal.write('c\n\nd')
    expect(lines).toEqual(['a', 'bc', ''])
    terminal.end()
    expect(lines).toEqual(['a', 'bc', '', 'd'])
  })

  test.each([
    ['    at run (basic/src/consumer.ts:20:11)', ['basic/src/consumer.ts', 20, 11]],
    ['handler@work-queues/src/work.ts:3:9', ['work-queues/src/work.ts', 3, 9]],
    ['error: tasks/src/worker/run.ts:3:9: Unexpected token', ['tasks/src/worker/run.ts', 3, 9]],
    ['    at http://localhost/program.js:1:500', undefined],
    ['12 received', undefined],
  ])('finds the place in %j', (text, place) => {
    const problem = problemIn(text)
    expect(problem && [problem.file, problem.line, problem.column]).toEqual(place)
  })
})

describe("the stand-ins for Node's functions", () => {
  test.each([
    [['%s has %d', 'a', 1], 'a has 1'],
    [['100 %', 'b'], '100 % b'],
    [['%s'], '%s'],
    [[{ a: 1 }, 'b'], '{"a":1} b'],
  ])('format %j', (args, text) => {
    expect(format(...args)).toBe(text)
  })

  test('compare deeply', () => {
    expect(isDeepStrictEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toBe(true)
    expect(isDeepStrictEqual({ a: 1 }, { a: 1, b: undefined })).toBe(false)
    expect(isDeepStrictEqual([1], { 0: 1 })).toBe(false)
  })

  test('make random UUIDs of version 4', () => {
    expect(randomUUID()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })
})
