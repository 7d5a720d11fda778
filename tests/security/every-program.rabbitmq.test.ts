import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  brokerForFile,
  freePort,
  Program,
  runProgram,
  TcpProxy,
  waitFor,
  type Outcome,
} from '@messaging-patterns/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { SecretUser } from './support/secret.ts'

/** The file of a program that remembers what it has done. */
const memory = join(tmpdir(), `every-program-${process.pid}.txt`)

/** Arguments that some programs require. */
const words: Readonly<Record<string, readonly string[]>> = {
  'packages/routing/src/consumer.ts': ['info'],
  'packages/topics/src/consumer.ts': ['#'],
  'packages/retries/src/replay.ts': ['--all'],
  'packages/retries/src/idempotent.ts': [memory],
  'packages/streams/src/group.ts': [memory],
  'packages/streams/src/client-consumer.ts': ['archive'],
  'packages/tasks/src/call.ts': ['tasks.add', '2', '3'],
  'packages/tasks/src/inspect.ts': ['ping'],
}

/** The packages that have a tour: one without, such as the service, is not a lesson. */
const packages = readdirSync('packages').filter((name) => existsSync(`packages/${name}/tour.ts`))

/** Every program of every lesson, from the scripts in its package.json. */
const lessons = packages.flatMap((lesson) => {
  const { scripts } = JSON.parse(readFileSync(`packages/${lesson}/package.json`, 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const commands = Object.values(scripts).join('\n')
  const files = new Set([...commands.matchAll(/\bsrc\/[\w-]+\.ts\b/g)].map(([file]) => file))
  if (files.size < 2)
    throw new Error(`packages/${lesson} has fewer than two programs in its scripts`)
  return [...files].map((file) => `packages/${lesson}/${file}`)
})
const tools = ['tour/src/start.ts', 'tour/src/doctor.ts', 'tour/src/reset.ts']

const broker = brokerForFile()
let user: SecretUser

beforeAll(async () => {
  user = await SecretUser.create(broker, { configure: '.*', write: '.*', read: '.*' })
})

afterAll(async () => {
  await user[Symbol.asyncDispose]()
  for (const file of [memory, `${memory}.offset`]) rmSync(file, { force: true })
})

/** Runs all of them in parallel, and returns their outcomes. */
async function runAll(
  programs: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Outcome[]> {
  const running = programs.map(
    (program) => new Program(program, [...(words[program] ?? []), ...args], env),
  )
  try {
    return await Promise.all(running.map((program) => program.ends()))
  } finally {
    for (const program of running) await program[Symbol.asyncDispose]()
  }
}

describe('no program of any lesson shows the password', () => {
  test('in its help', async () => {
    for (const outcome of await runAll([...lessons, ...tools], ['--help'], {
      AMQP_URL: user.url,
    })) {
      expect(outcome.code).toBe(0)
      user.expectNoSecretIn(outcome)
    }
  })

  test('when it is wrong', async () => {
    const wrong = user.urlWith((url) => (url.password += 'x'))
    for (const outcome of await runAll(lessons, ['--verbose', '--url', wrong])) {
      expect(outcome).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('refused this user'),
      })
      user.expectNoSecretIn(outcome)
    }
    for (const outcome of await runAll(tools, ['--url', wrong])) {
      expect(outcome.code).toBe(1)
      user.expectNoSecretIn(outcome)
    }
  })

  test('while it runs, and when the broker goes away', async () => {
    await using proxy = await TcpProxy.start(user.url)
    const running = lessons.map(
      (program) =>
        new Program(program, [...(words[program] ?? []), '--verbose', '--reconnect-for', '1'], {
          AMQP_URL: proxy.url,
        }),
    )
    try {
      for (const [index, each] of running.entries()) {
        const hasSpoken = (): boolean => each.stdout + each.stderr !== '' || each.ended
        await waitFor(`some output of ${lessons[index]}`, hasSpoken)
      }
      await proxy[Symbol.asyncDispose]()
      const outcomes = await Promise.all(running.map((each) => each.ends()))
      for (const outcome of outcomes) user.expectNoSecretIn(outcome)
      const lost = outcomes.filter(({ stderr }) =>
        stderr.includes('was lost and could not be recovered'),
      )
      // All that wait for messages over AMQP, at the least.
      expect(lost.length).toBeGreaterThanOrEqual(lessons.length / 3)
    } finally {
      for (const each of running) await each[Symbol.asyncDispose]()
    }
  })

  test('in the output of the tour, the doctor and the reset', async () => {
    for (const [tool, ...args] of [
      ['tour/src/start.ts', 'basic', '--plain'],
      ['tour/src/start.ts', 'basic', '--json'],
      ['tour/src/doctor.ts'],
      ['tour/src/reset.ts', '--yes'],
    ] as const) {
      const outcome = await runProgram(tool, [...args, '--url', user.url])
      expect(outcome.stdout).toContain(user.name)
      user.expectNoSecretIn(outcome)
    }
  })

  test('when the embedded broker runs, and a client connects with one', async () => {
    const port = await freePort()
    await using embedded = new Program('broker/src/bin.ts', ['--verbose', '--port', String(port)])
    await embedded.says(/Listening/)
    const url = user.urlWith((each) => (each.host = `127.0.0.1:${port}`))
    const client = await runProgram('packages/basic/src/producer.ts', ['--verbose', '--url', url])
    user.expectNoSecretIn(client)
    embedded.signal('SIGTERM')
    user.expectNoSecretIn(await embedded.ends())
  })
})
