import { brokerForEachTest, Program, runProgram, type Outcome } from '@messaging-patterns/testkit'
import { Session } from '@messaging-patterns/shared'
import { connect, type ConfirmChannel } from 'amqplib'
import { describe, expect, test } from 'vitest'

import { Admin } from '../src/admin.ts'
import { findLeft } from '../src/left.ts'
import { findLessons, nodeArguments, type Lesson } from '../src/lessons.ts'

const broker = brokerForEachTest()

function doctor(...args: string[]): Promise<Outcome> {
  return runProgram('tour/src/doctor.ts', args, { AMQP_URL: broker.url })
}

function reset(...args: string[]): Promise<Outcome> {
  return runProgram('tour/src/reset.ts', args, { AMQP_URL: broker.url })
}

async function onChannel(work: (channel: ConfirmChannel) => Promise<unknown>): Promise<void> {
  const connection = await connect(broker.url)
  await work(await connection.createConfirmChannel())
  await connection.close()
}

/** The names of what there is of all that the lessons declare. */
async function left(): Promise<readonly string[]> {
  await using admin = await Admin.connect(broker.url)
  return (await findLeft(admin, await findLessons())).map(({ name }) => name)
}

describe('the doctor', () => {
  test('finds nothing amiss on a new broker, and leaves it new', async () => {
    const { code, stdout, stderr } = await doctor()
    expect(stdout).toMatch(/^✔ Node \d+\.\d+\.\d+$/m)
    expect(stdout).toMatch(/^✔ amqp:\/\/.*: (RabbitMQ|messaging-patterns broker) \d/m)
    expect(stdout).toContain('\n✔ nothing of earlier lessons is in the way\n')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\r')
    expect(stderr).toMatch(/^(\.\.\. still looking\n)*$/)
    // What listens on 5672 of this machine is not ours to say.
    expect(code === 0 || /✘ port/.test(stdout)).toBe(true)
    expect(await left()).toEqual([])
  })

  test('names what already exists with different arguments, and the command that mends it', async () => {
    await onChannel(async (channel) => {
      await channel.assertQueue('hello')
      await channel.assertExchange('logs', 'direct')
      await channel.assertExchange('topic_logs', 'topic', { durable: false })
    })
    const sick = await doctor()
    expect(sick.code).toBe(1)
    expect(sick.stdout).toMatch(
      /^✘ queue "hello" already exists with different arguments: .*'x-queue-type'.*\n    pnpm reset basic/m,
    )
    expect(sick.stdout).toMatch(
      /^✘ exchange "logs" already exists with different arguments: .*\n    pnpm reset pubsub/m,
    )
    expect(sick.stdout).not.toContain('topic_logs')
    await reset('--yes')
    expect((await doctor()).stdout).toContain('\n✔ nothing of earlier lessons is in the way\n')
  })

  test('names a queue that holds messages, and takes none of them', async () => {
    await runProgram('packages/basic/src/producer.ts', [], { AMQP_URL: broker.url })
    expect((await doctor()).stdout).toMatch(
      /^- the queue "hello" holds 5 messages, so the tour does not run basic\n    pnpm reset basic --url amqp/m,
    )
    await onChannel(async (channel) => {
      expect(await channel.checkQueue('hello')).toMatchObject({ messageCount: 5 })
    })
  })

  test('takes a broker on a port of the cluster for no node of it', async () => {
    const { port } = new URL(broker.url)
    const { stdout } = await doctor('--cluster-ports', port)
    expect(stdout).toMatch(/^✔ amqp:/m)
    expect(stdout).not.toMatch(/cluster/)
  })

  test('tells of a broker that was given and is not there, and in JSON when asked', async () => {
    const { code, stdout } = await doctor('--json', '--url', 'amqp://127.0.0.1:1')
    expect(code).toBe(1)
    const findings = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(findings.at(-1)).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('cannot reach a broker at amqp://127.0.0.1:1') as unknown,
      remedy: 'start one: pnpm broker, or docker compose up -d --wait',
    })
  })
})

describe('reset', () => {
  test('deletes what the lessons declare, and nothing else', async () => {
    await onChannel(async (channel) => {
      await channel.assertQueue('mine', { durable: true })
      await channel.assertExchange('mine', 'fanout')
      await channel.bindQueue('mine', 'mine', '')
    })
    await runProgram('packages/basic/src/producer.ts', [], { AMQP_URL: broker.url })
    await runProgram('packages/pubsub/src/producer.ts', [], { AMQP_URL: broker.url })
    const { code, stdout } = await reset('--yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^The lessons have left on .*:\n  queue hello \(5 messages\)\n  exchange logs\ndeleted queue hello\ndeleted exchange logs\n$/,
    )
    expect(await left()).toEqual([])
    await onChannel(async (channel) => {
      await channel.checkQueue('mine')
      await channel.checkExchange('mine')
    })
    expect((await reset('--yes')).stdout).toMatch(/^There is nothing of the lessons on /)
  })

  test('deletes nothing when nobody can be asked, and only of the lessons that are named', async () => {
    await runProgram('packages/basic/src/producer.ts', [], { AMQP_URL: broker.url })
    await runProgram('packages/pubsub/src/producer.ts', [], { AMQP_URL: broker.url })
    const asked = await reset()
    expect(asked).toMatchObject({
      code: 1,
      stderr: 'error: nobody is here to ask; --yes deletes them\n',
    })
    expect(await left()).toEqual(['hello', 'logs'])
    expect((await reset('pubsub', '--yes')).code).toBe(0)
    expect(await left()).toEqual(['hello'])
  })

  test('cannot delete a queue that another connection has for itself, and says so', async () => {
    const connection = await connect(broker.url)
    const channel = await connection.createChannel()
    await channel.assertQueue('hello', { exclusive: true })
    const { code, stderr } = await reset('--yes')
    expect(code).toBe(1)
    expect(stderr).toBe('error: end the program that has the queue "hello" for itself\n')
    await connection.close()
  })
})

describe('each lesson', async () => {
  /** Starts the lesson's own program from its folder. */
  function startProgram(lesson: Lesson, program: Lesson['steps'][number][number]): Program {
    const words = nodeArguments(lesson, program)
    const file = words.findIndex((word) => word.startsWith('src/'))
    const source = `packages/${lesson.name}/${words[file]}`
    return new Program(source, words.slice(file + 1), { AMQP_URL: broker.url })
  }

  test.each((await findLessons()).map((lesson) => [lesson.name, lesson] as const))(
    '%s declares what its tour.ts says, and nothing else that stays',
    async (_name, lesson) => {
      const waiting = lesson.steps.flat().find(({ ready }) => ready !== undefined)
      if (waiting?.ready === undefined) throw new Error('no program of it waits for anything')
      await using running = startProgram(lesson, waiting)
      await running.says(new RegExp(waiting.ready.source, 'm'))
      const { queues = {}, exchanges = {} } = lesson.declares
      const declared = [...Object.keys(queues), ...Object.keys(exchanges)]
      expect(declared).toEqual(expect.arrayContaining([...(await left())]))
      expect(await left()).not.toEqual([])
      // Declaring it once more is equal, or the broker says what is not.
      await using session = await Session.open({ url: broker.url })
      for (const [name, options] of Object.entries(queues)) await session.queue(name, options)
      for (const [name, { kind, ...options }] of Object.entries(exchanges))
        await session.exchange(name, kind, options)
      const all = (await broker.management?.queues(broker.vhost)) ?? []
      const staying = all.map(({ name }) => name).filter((name) => !name.startsWith('amq.gen-'))
      expect(declared).toEqual(expect.arrayContaining(staying))
    },
  )
})
