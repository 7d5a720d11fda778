import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { nextTime, occurrenceId } from '../src/scheduling/schedule.ts'
import { timesOf } from '../src/scheduling/timing.ts'
import { Tasks } from '../src/index.ts'
import { delayedKey } from '../src/transport/delayed-delivery.ts'
import { python } from './celery.ts'

const time = (text: string): number => Date.parse(text)
const text = (at: number): string => new Date(at).toISOString()

test('an interval is counted from 1970, so that all schedulers agree', () => {
  const times = timesOf({ every: 30_000 })
  expect(text(times.after(time('2026-11-26T12:00:07Z')))).toBe('2026-11-26T12:00:30.000Z')
  expect(text(times.after(time('2026-11-26T12:00:30Z')))).toBe('2026-11-26T12:01:00.000Z')
  expect(text(times.before(time('2026-11-26T12:00:30Z')))).toBe('2026-11-26T12:00:00.000Z')
  expect(() => timesOf({ every: 0.5 })).toThrow('"every" must be a whole number')
})

test('a crontab has a time zone, also when clocks change', () => {
  const times = timesOf({ crontab: '30 2 * * *', timezone: 'Europe/Berlin' })
  expect(text(times.after(time('2026-07-01T12:00:00Z')))).toBe('2026-07-02T00:30:00.000Z')
  expect(text(times.before(time('2026-12-01T12:00:00Z')))).toBe('2026-12-01T01:30:00.000Z')
  // In the night of 25 October, it is half past two twice. The task is called once.
  const night = times.after(time('2026-10-24T12:00:00Z'))
  expect(text(times.after(night))).toBe('2026-10-26T01:30:00.000Z')
})

test('a crontab that makes no sense is refused when it is defined', () => {
  expect(() => timesOf({ crontab: '0 25 * * *' })).toThrow('"0 25 * * *" in UTC is not one')
  expect(() => timesOf({ crontab: '0 0 3 * * *' })).toThrow('exactly 5 parts')
  expect(() => timesOf({ crontab: '0 0 30 2 *' })).toThrow('it never is')
  expect(() => timesOf({ crontab: '* * * * *', timezone: 'Europe/Atlantis' })).toThrow('Atlantis')
})

test('of the times at which no scheduler ran, the latest counts; of the later ones, all', () => {
  const times = timesOf({ crontab: '0 * * * *' })
  const last = time('2026-11-26T12:00:00Z')
  const startedAt = time('2026-11-26T15:30:00Z')
  expect(text(nextTime(times, last, startedAt))).toBe('2026-11-26T15:00:00.000Z')
  const running = time('2026-11-26T11:30:00Z')
  expect(text(nextTime(times, last, running))).toBe('2026-11-26T13:00:00.000Z')
})

test('the id of a call follows from its schedule and its time', () => {
  const id = occurrenceId('nightly', time('2026-11-26T03:00:00Z'))
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(occurrenceId('nightly', time('2026-11-26T03:00:00Z'))).toBe(id)
  expect(occurrenceId('nightly', time('2026-11-27T03:00:00Z'))).not.toBe(id)
  expect(occurrenceId('weekly', time('2026-11-26T03:00:00Z'))).not.toBe(id)
})

test('a schedule has a name of its own, and calls a single task', () => {
  const tasks = new Tasks()
  const add = tasks.define('tasks.add', (a: number, b: number) => a + b)
  tasks.schedule('sum', add.s(2, 3), { every: 1000 })
  expect(() => {
    tasks.schedule('sum', add.s(2, 3), { every: 1000 })
  }).toThrow('already scheduled')
  expect(() => {
    tasks.schedule('list', add.map([1]), { every: 1000 })
  }).not.toThrow()
})

const crontabs = [
  '*/15 9-17 * * mon-fri',
  '0 0 13 * fri',
  '5,35 */6 1-7 * 1',
  '0 0 */10 2,11 *',
  '59 23 31 * *',
  '0 12 * jan,jul sun',
]

test.skipIf(python === undefined)('a crontab is due when it is for Celery', () => {
  const program = `
import datetime, json, sys
from celery.schedules import crontab
utc = datetime.timezone.utc
for text in json.load(sys.stdin):
    minute, hour, day, month, weekday = text.split()
    last, seen = datetime.datetime(2026, 11, 26, 12, 0, tzinfo=utc), []
    each = crontab(minute, hour, weekday, day, month, nowfun=lambda: last)
    for _ in range(12):
        start, delta, _ = each.remaining_delta(last)
        last = start + delta
        seen.append(int(last.timestamp() * 1000))
    print(json.dumps(seen))
`
  const { stdout, stderr } = spawnSync(python ?? '', ['-c', program], {
    input: JSON.stringify(crontabs),
    encoding: 'utf8',
  })
  const expected = stdout.trim().split('\n')
  expect(expected, stderr).toHaveLength(crontabs.length)
  for (const [index, crontab] of crontabs.entries()) {
    const times = timesOf({ crontab })
    const seen: number[] = []
    for (let at = time('2026-11-26T12:00:00Z'); seen.length < 12;) {
      at = times.after(at)
      seen.push(at)
    }
    expect(seen.map(text), crontab).toEqual(
      (JSON.parse(expected[index] ?? '') as number[]).map(text),
    )
  }
})

test('the chapter shows the routing key of a delay of five seconds', () => {
  const chapter = readFileSync(new URL('../../../docs/12-tasks.md', import.meta.url), 'utf8')
  expect(chapter.split('\n')).toContain(delayedKey(5, 'celery'))
})
