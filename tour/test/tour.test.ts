import { readdir, readFile } from 'node:fs/promises'

import {
  brokerForFile,
  freePort,
  Program,
  runProgram,
  TcpProxy,
  waitFor,
} from '@messaging-patterns/testkit'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'

import { Admin } from '../src/broker/admin.ts'
import { chooseLessons, findLessons, lessonsInTour, numbered } from '../src/course/lessons.ts'
import type { TourEvent } from '../src/run/events.ts'
import { runTour } from '../src/run/tour.ts'
import { start, tourOn } from './tour-on.ts'

const failingLessons = ['--folder', 'tour/test/lessons']

const broker = brokerForFile()
const { tour, leftovers, onChannel } = tourOn(broker)

function eventsOf(stdout: string): readonly TourEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TourEvent)
}

/** The processes on this machine that use our broker. */
async function processes(): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const environments = await Promise.all(
    ids.map(async (id) => {
      try {
        const text = await readFile(`/proc/${id}/environ`, 'utf8')
        return text.split('\0').includes(`AMQP_URL=${broker.url}`) ? id : ''
      } catch {
        return ''
      }
    }),
  )
  return environments.filter((id) => id !== '')
}

/** The process group of a process: a terminal signals all processes of a group. */
async function groupOf(id: string): Promise<string | undefined> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8')
  return /\) \S \d+ (\d+)/.exec(stat)?.[1]
}

describe('the tour', () => {
  test('shows every lesson, proves its claims, and leaves the broker as it was', async () => {
    const { code, stdout, stderr } = await tour()
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
    const lessons = lessonsInTour(await findLessons())
    expect(stdout).toMatch(/^The tour uses .* at amqp:\/\/.*, from --url or AMQP_URL\.\n/)
    for (const { order, name, claims } of lessons) {
      const title = numbered({ order, name })
      expect(stdout).toContain(`\n${title}  `)
      for (const { says } of claims) expect(stdout).toContain(`  ✔ ${says}\n`)
      expect(stdout).toMatch(new RegExp(String.raw`^  ✔ ${title} +\d+\.\d s$`, 'm'))
    }
    expect(stdout).toContain(`\n${lessons.length} of ${lessons.length} lessons passed, in `)
    expect(stdout).toMatch(/\ncluster is not in the tour, because it needs three brokers/)
    expect(stdout).toContain('  2  pnpm basic consumer\n  3  pnpm basic producer\n')
    expect(await leftovers()).toEqual([])
  })

  test('prints whole lines without a terminal, each after the name of its program', async () => {
    const { stdout } = await tour('basic')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\r')
    expect(stdout).toMatch(/^  producer  0 \d{4}-\d\d-\d\d .* - Basic - Hello World sent$/m)
    expect(stdout).toMatch(/^  consumer  4 \d{4}-\d\d-\d\d .* - Basic - Hello World received$/m)
  })

  test('runs the lessons that are named, by name or number, and prints JSON if asked', async () => {
    const { code, stdout } = await tour('4', 'pubsub', '--json')
    expect(code).toBe(0)
    const events = eventsOf(stdout)
    expect(events[0]).toMatchObject({ event: 'broker', embedded: false })
    expect(events.flatMap((event) => (event.event === 'lesson-start' ? event.name : []))).toEqual([
      'pubsub',
      'routing',
    ])
    expect(events.at(-1)).toMatchObject({
      event: 'tour-end',
      ok: true,
      lessons: [
        { name: 'pubsub', ok: true },
        { name: 'routing', ok: true },
      ],
    })
  })
})

describe('a lesson that does not do what it should', () => {
  test('fails with the reason and exit code 1, and the others still run', async () => {
    const { code, stdout } = await tour(...failingLessons)
    expect(code).toBe(1)
    expect(stdout).toContain(
      '✘ the speaker says one and two: 1 of 2 missing: "two"; 1 unexpected: "three"\n',
    )
    expect(stdout).toContain('✘ speaker exited with code 3, expected 0: error: asked to fail\n')
    expect(stdout).toMatch(/^  ✔  1 honest  +\d/m)
    expect(stdout).toMatch(/^  ✘  2 liar  +\d.* s  not true: the speaker says one and two/m)
    expect(stdout).toMatch(/^  ✘  3 crasher  +\d.* s  speaker exited/m)
    expect(stdout).toContain('\n1 of 3 lessons passed, in ')
  })

  test('does not run unless it is named', async () => {
    expect(await tour(...failingLessons, 'honest')).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a tour that is interrupted', () => {
  test.each([
    ['when its first programs start', 'SIGINT', /pnpm basic consumer/],
    ['while workers are busy', 'SIGINT', /worker 1 .* received/],
    ['while workers are busy, by the system', 'SIGTERM', /worker 1 .* received/],
    ['while it waits for a reply', 'SIGINT', /Requesting fib\(thirty\)/],
  ] as const)('%s leaves no process and no queue behind', async (_when, signal, moment) => {
    await using running = new Program(start, ['basic', 'work-queues', 'rpc'], {
      AMQP_URL: broker.url,
    })
    await running.says(moment)
    running.signal(signal)
    const { code, stdout, stderr } = await running.ends()
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
    expect(stdout).toMatch(/\nInterrupted: .*\n$/)
    expect(await processes()).toEqual([])
    expect(await leftovers()).toEqual([])
  })

  // Otherwise Ctrl-C would signal the programs twice, and the second signal would end them at once.
  test('is the only one that Ctrl-C in a terminal signals', async () => {
    await using running = new Program(start, ['pubsub'], { AMQP_URL: broker.url })
    await running.says(/subscriber \d .*waiting/)
    const programs = (await processes()).filter((id) => id !== String(running.pid))
    const groups = await Promise.all(programs.map(groupOf))
    expect(groups).not.toEqual([])
    expect(groups).not.toContain(await groupOf(String(running.pid)))
    running.signal('SIGINT')
    expect(await running.ends()).toMatchObject({ code: 130 })
  })

  test('leaves no process behind even when it is killed', async () => {
    await using running = new Program(start, ['pubsub'], { AMQP_URL: broker.url })
    // Before both are ready, nothing is sent that they could fail to print.
    await running.says(/subscriber \d .*waiting/)
    running.signal('SIGKILL')
    await running.ends()
    await waitFor('no process', async () => (await processes()).length === 0)
    await onChannel((channel) => channel.deleteExchange('logs'))
  })
})

test('a tour that loses its broker still ends with the results of its lessons', async () => {
  await using proxy = await TcpProxy.start(broker.url)
  await using admin = await Admin.connect(proxy.url)
  const events: TourEvent[] = []
  const { signal } = new AbortController()
  const ok = await runTour(chooseLessons(await findLessons(), ['basic', 'pubsub', 'routing']), {
    url: broker.url,
    urlOption: undefined,
    admin,
    embedded: false,
    emit: (event) => void events.push(event),
    stop: signal,
    kill: signal,
    async beforeEach(lesson) {
      if (lesson === 'pubsub') proxy.cut()
    },
  })
  expect(ok).toBe(false)
  const reason = expect.stringMatching(
    /^the connection to the broker at amqp:\S+ was lost; start the broker again: /,
  ) as string
  const failed = { ok: false, reason }
  expect(events.at(-1)).toMatchObject({
    event: 'tour-end',
    lessons: [{ ok: true }, failed, failed],
  })
  const ends = events.filter(({ event }) => event === 'lesson-end')
  expect(ends).toMatchObject([{ ok: true }, failed, failed])
})

describe('the command line of the tour', () => {
  test('--list names the lessons and needs no broker', async () => {
    const { code, stdout } = await runProgram(start, ['--list'], {
      AMQP_URL: 'amqp://nowhere.invalid',
    })
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^ 1 basic +One producer, one queue, one consumer/)
  })

  test.each(['cluster', '9'])(
    'the lesson %s, which needs three brokers, is an error that says what to do',
    async (name) => {
      const { code, stdout, stderr } = await runProgram(start, ['basic', name])
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toBe(
        'error: the tour cannot run cluster: it needs three brokers, which run in Docker; docker compose -f docker-compose.cluster.yml up -d --wait, then pnpm cluster consumer\n',
      )
    },
  )

  test('--list prints no stack if its reader stops reading', async () => {
    const list = `"${process.execPath}" --import tsx ${start} --list | true`
    expect(await runProgram(['sh', '-c', list], [])).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    [['nonsense'], /^error: there is no lesson nonsense; the lessons are basic, work-queues, /],
    [['--nonsense'], /^pnpm start \[lessons\.\.\] \[options\][^]*Unknown argument: nonsense\n$/],
    [['--url', 'http://localhost'], /^error: "http:\/\/localhost" is not the URL of a broker; /],
  ])('%s is an error in one line, or with the usage', async (args, message) => {
    const { code, stdout, stderr } = await runProgram(start, args, { LANG: 'de_DE.UTF-8' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('a given broker must be running', async () => {
    const { code, stderr } = await runProgram(start, [
      '--url',
      `amqp://127.0.0.1:${await freePort()}`,
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: cannot reach a broker at .*; start one: pnpm broker, or docker/)
  })

  test('without a broker on the usual port, it starts its own', async () => {
    const usual = `amqp://127.0.0.1:${await freePort()}`
    const { code, stdout } = await runProgram(start, ['pubsub', '--usual-url', usual])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^The tour uses an embedded broker at amqp:.*, because nothing is listening on 127\.0\.0\.1:\d+\.\n/,
    )
    expect(stdout).toContain('  1  pnpm broker')
  })

  test('calls pnpm in its messages the way pnpm was called', async () => {
    const byNpx = { npm_execpath: '/home/me/.npm/_npx/e6e0ed1aca658cae/node_modules/pnpm/pnpm' }
    const usual = `amqp://127.0.0.1:${await freePort()}`
    const { stdout } = await runProgram(start, ['basic', '--usual-url', usual], byNpx)
    expect(stdout).toContain('\n  1  npx --yes pnpm broker ')
    expect(stdout).toContain('\n  2  npx --yes pnpm basic consumer\n')
    const { stderr } = await runProgram('packages/basic/src/producer.ts', ['--url', usual], byNpx)
    expect(stderr).toMatch(/; start one: npx --yes pnpm broker, or docker compose up -d --wait\n$/)
    const usage = await runProgram('packages/basic/src/producer.ts', ['--help'], byNpx)
    expect(usage.stdout).toMatch(/^npx --yes pnpm basic producer \[words\.\.\] \[options\]\n/)
  })

  test('--step waits for Enter before each lesson', async () => {
    const args = ['--import', 'tsx', start, '--step', ...failingLessons, 'honest', 'crasher']
    const running = execa(process.execPath, args, {
      env: { AMQP_URL: broker.url },
      stdin: 'pipe',
      all: true,
      reject: false,
    })
    let output = ''
    running.all.setEncoding('utf8').on('data', (text: string) => (output += text))
    await waitFor('the first question', () => output.includes('Press Enter to start honest'))
    expect(output).not.toContain('1 honest')
    running.stdin.write('\n')
    await waitFor('the second question', () => output.includes('Press Enter to start crasher'))
    expect(output).toContain('✔ the speaker says one and two')
    expect(output).not.toContain('3 crasher')
    // At the end of the input, it no longer waits.
    running.stdin.end()
    expect((await running).exitCode).toBe(1)
  })
})
