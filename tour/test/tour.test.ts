import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

import {
  brokerForFile,
  freePort,
  Program,
  runProgram,
  waitFor,
  type Outcome,
} from '@messaging-patterns/testkit'
import { connect, type ConfirmChannel } from 'amqplib'
import { describe, expect, test } from 'vitest'

import { Admin } from '../src/admin.ts'
import type { TourEvent } from '../src/events.ts'
import { findLessons, shownByTour } from '../src/lessons.ts'

const start = 'tour/src/start.ts'
const failingLessons = ['--folder', 'tour/test/lessons']

const broker = brokerForFile()

async function tour(...args: string[]): Promise<Outcome> {
  await using running = new Program(start, args, { AMQP_URL: broker.url })
  return await running.ends()
}

function eventsOf(stdout: string): readonly TourEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TourEvent)
}

/** What there is on the broker of all that the lessons declare. */
async function left(): Promise<readonly string[]> {
  await using admin = await Admin.connect(broker.url)
  const names: string[] = []
  for (const { declares } of await findLessons()) {
    for (const name of Object.keys(declares.queues ?? {}))
      if ((await admin.queue(name)) !== 'absent') names.push(name)
    for (const name of Object.keys(declares.exchanges ?? {}))
      if (await admin.hasExchange(name)) names.push(name)
  }
  return names
}

/** The processes of this machine that were told to use our broker. */
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

async function onChannel(work: (channel: ConfirmChannel) => Promise<unknown>): Promise<void> {
  const connection = await connect(broker.url)
  await work(await connection.createConfirmChannel())
  await connection.close()
}

describe('the tour', () => {
  test('shows every lesson, proves what is to be seen, and leaves the broker as it was', async () => {
    const { code, stdout, stderr } = await tour()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lessons = shownByTour(await findLessons())
    expect(stdout).toMatch(/^The tour uses .* at amqp:\/\/.*, as --url or AMQP_URL says\.\n/)
    for (const { order, name, claims } of lessons) {
      for (const { says } of claims) expect(stdout).toContain(`  ✔ ${says}\n`)
      expect(stdout).toMatch(new RegExp(String.raw`^  ✔ ${order} ${name} +\d+\.\d s$`, 'm'))
    }
    expect(stdout).toContain(`\n${lessons.length} of ${lessons.length} lessons passed, in `)
    expect(stdout).toContain('  2  pnpm basic consumer\n  3  pnpm basic producer\n')
    expect(await left()).toEqual([])
  })

  test('is plain where there is no terminal: whole lines, each with its name before it', async () => {
    const { stdout } = await tour('basic')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\r')
    expect(stdout).toMatch(/^  producer  0 \d{4}-\d\d-\d\d .* - Basic - Hello World sent$/m)
    expect(stdout).toMatch(/^  consumer  4 \d{4}-\d\d-\d\d .* - Basic - Hello World received$/m)
  })

  test('runs the lessons that were named, by name or number, and tells of them in JSON', async () => {
    const { code, stdout } = await tour('4', 'pubsub', '--json')
    expect(code).toBe(0)
    const events = eventsOf(stdout)
    expect(events[0]).toMatchObject({ event: 'broker', embedded: false })
    expect(events.flatMap((event) => (event.event === 'lesson' ? event.name : []))).toEqual([
      'pubsub',
      'routing',
    ])
    expect(events.at(-1)).toMatchObject({
      event: 'tour-over',
      ok: true,
      lessons: [
        { name: 'pubsub', ok: true },
        { name: 'routing', ok: true },
      ],
    })
  })

  test('takes no messages that somebody else has there', async () => {
    await onChannel(async (channel) => {
      await channel.assertQueue('hello', { arguments: { 'x-queue-type': 'quorum' } })
      for (const text of ['mine', 'mine too']) channel.sendToQueue('hello', Buffer.from(text))
      await channel.waitForConfirms()
    })
    const { code, stdout } = await tour('basic')
    expect(code).toBe(1)
    expect(stdout).toMatch(/✘ the queue "hello" holds 2 messages, .* pnpm reset basic$/m)
    await onChannel(async (channel) => {
      expect(await channel.deleteQueue('hello')).toEqual({ messageCount: 2 })
    })
  })

  test('keeps a queue that was there, and says so when somebody consumes from it', async () => {
    await using consumer = new Program('packages/basic/src/consumer.ts', [], {
      AMQP_URL: broker.url,
    })
    await consumer.says(/waiting/)
    const busy = await tour('basic')
    expect(busy.code).toBe(1)
    expect(busy.stdout).toMatch(/✘ the queue "hello" has 1 consumer that would take/)
    consumer.signal('SIGINT')
    await consumer.ends()
    expect((await tour('basic')).code).toBe(0)
    expect(await left()).toEqual(['hello'])
    await onChannel((channel) => channel.deleteQueue('hello'))
  })

  test('a queue with other arguments is a cross, with the command that mends it', async () => {
    await onChannel((channel) => channel.assertQueue('hello'))
    const { code, stdout } = await tour('basic')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /✘ .*ended with exit code 1.*: error: queue "hello" already exists with different arguments.*pnpm reset/,
    )
    await onChannel((channel) => channel.deleteQueue('hello'))
  })
})

describe('a lesson that does not do what it should', () => {
  test('is a cross with the reason, and exit code 1; the others run all the same', async () => {
    const { code, stdout } = await tour(...failingLessons)
    expect(code).toBe(1)
    expect(stdout).toContain(
      '✘ the speaker says one and two: 1 of 2 missing: "two"; 1 too many: "three"\n',
    )
    expect(stdout).toContain('✘ speaker ended with exit code 3, not 0: error: there was no way\n')
    expect(stdout).toMatch(/^  ✔ 1 honest  +\d/m)
    expect(stdout).toMatch(/^  ✘ 2 liar  +\d.* s  not seen: the speaker says one and two/m)
    expect(stdout).toMatch(/^  ✘ 3 crasher  +\d.* s  speaker ended/m)
    expect(stdout).toContain('\n1 of 3 lessons passed, in ')
  })

  test('makes the rest of the tour no different when it is not among those named', async () => {
    expect(await tour(...failingLessons, 'honest')).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('a tour that is interrupted', () => {
  test.each([
    ['when its first programs start', 'SIGINT', /pnpm basic consumer/],
    ['while workers work', 'SIGINT', /worker 1 .* received/],
    ['while workers work, by the system', 'SIGTERM', /worker 1 .* received/],
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
    expect(await left()).toEqual([])
  })

  test('leaves no process behind even when it is killed', async () => {
    await using running = new Program(start, ['pubsub'], { AMQP_URL: broker.url })
    // One waits, the other is not ready: nothing comes that they could fail to print.
    await running.says(/subscriber \d .*waiting/)
    running.signal('SIGKILL')
    await running.ends()
    await waitFor('no process', async () => (await processes()).length === 0)
    await onChannel((channel) => channel.deleteExchange('logs'))
  })
})

describe('the command line of the tour', () => {
  test('--list names the lessons and needs no broker', async () => {
    const { code, stdout } = await runProgram(start, ['--list'], {
      AMQP_URL: 'amqp://nowhere.invalid',
    })
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^ 1 basic +One producer, one queue, one consumer/)
  })

  test('--list shows no stack to a reader who has gone', async () => {
    const list = `"${process.execPath}" --import tsx ${start} --list | true`
    expect(await runProgram(['sh', '-c', list], [])).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    [['nonsense'], /^error: there is no lesson nonsense; there are basic, work-queues, /],
    [['--nonsense'], /^pnpm start \[lessons\.\.\] \[options\][^]*Unknown argument: nonsense\n$/],
    [['--url', 'http://localhost'], /^error: "http:\/\/localhost" is not the URL of a broker; /],
  ])('%s is an error of one line, or with the usage', async (args, message) => {
    const { code, stdout, stderr } = await runProgram(start, args, { LANG: 'de_DE.UTF-8' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('a broker that was given has to be there', async () => {
    const { code, stderr } = await runProgram(start, [
      '--url',
      `amqp://127.0.0.1:${await freePort()}`,
    ])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: cannot reach a broker at .*; start one: pnpm broker, or docker/)
  })

  test('with no broker where one usually is, it brings its own', async () => {
    const usual = `amqp://127.0.0.1:${await freePort()}`
    const { code, stdout } = await runProgram(start, ['pubsub', '--usual', usual])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^The tour uses a broker of its own, in memory, at amqp:.*, because nothing listens on 127\.0\.0\.1:\d+\.\n/,
    )
    expect(stdout).toContain('  1  pnpm broker')
  })

  test('says what to type next, and what mends an error, as pnpm itself was called', async () => {
    const byNpx = { npm_execpath: '/home/me/.npm/_npx/e6e0ed1aca658cae/node_modules/pnpm/pnpm' }
    const usual = `amqp://127.0.0.1:${await freePort()}`
    const { stdout } = await runProgram(start, ['basic', '--usual', usual], byNpx)
    expect(stdout).toContain('\n  1  npx --yes pnpm broker ')
    expect(stdout).toContain('\n  2  npx --yes pnpm basic consumer\n')
    const { stderr } = await runProgram('packages/basic/src/producer.ts', ['--url', usual], byNpx)
    expect(stderr).toMatch(/; start one: npx --yes pnpm broker, or docker compose up -d --wait\n$/)
    const usage = await runProgram('packages/basic/src/producer.ts', ['--help'], byNpx)
    expect(usage.stdout).toMatch(/^npx --yes pnpm basic producer \[words\.\.\] \[options\]\n/)
  })

  test('--step waits for Enter before each lesson', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', start, '--step', ...failingLessons, 'honest', 'crasher'],
      { env: { ...process.env, AMQP_URL: broker.url } },
    )
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    await waitFor('the first question', () => output.includes('Enter starts honest'))
    expect(output).not.toContain('1 honest')
    child.stdin.write('\n')
    await waitFor('the second question', () => output.includes('Enter starts crasher'))
    expect(output).toContain('✔ the speaker says one and two')
    expect(output).not.toContain('3 crasher')
    // Nobody is there any more: it goes on.
    child.stdin.end()
    await waitFor('the end', () => child.exitCode === 1)
  })
})
