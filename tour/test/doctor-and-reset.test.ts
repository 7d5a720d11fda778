import { brokerForEachTest, Program, runProgram, type Outcome } from '@messaging-patterns/testkit'
import { Session } from '@messaging-patterns/shared'
import { connect, type ConfirmChannel } from 'amqplib'
import { describe, expect, test } from 'vitest'

import { Admin } from '../src/broker/admin.ts'
import { findLeftovers } from '../src/broker/leftovers.ts'
import { findLessons, nodeArguments, type Lesson } from '../src/course/lessons.ts'

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

/** The names of the lessons' queues and exchanges that exist. */
async function leftovers(): Promise<readonly string[]> {
  await using admin = await Admin.connect(broker.url)
  return (await findLeftovers(admin, await findLessons())).map(({ name }) => name)
}

describe('the doctor', () => {
  test('finds no problem on a new broker, and declares nothing', async () => {
    const { code, stdout, stderr } = await doctor()
    expect(stdout).toMatch(/^✔ Node \d+\.\d+\.\d+$/m)
    expect(stdout).toMatch(/^✔ amqp:\/\/.*: (RabbitMQ|messaging-patterns broker) \d/m)
    expect(stdout).toContain('\n✔ nothing from earlier lessons is in the way\n')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toContain('\r')
    expect(stderr).toMatch(/^(\.\.\. still checking\n)*$/)
    // Another program of this machine may listen on 5672.
    expect(code === 0 || /✘ port/.test(stdout)).toBe(true)
    expect(await leftovers()).toEqual([])
  })

  test('names queues that exist with different arguments, and the command that fixes it', async () => {
    await onChannel(async (channel) => {
      await channel.assertQueue('hello')
      await channel.assertExchange('logs', 'direct')
      await channel.assertExchange('topic_logs', 'topic', { durable: false })
    })
    const findings = await doctor()
    expect(findings.code).toBe(1)
    expect(findings.stdout).toMatch(
      /^✘ queue "hello" already exists with different arguments: .*'x-queue-type'.*\n    pnpm reset basic/m,
    )
    expect(findings.stdout).toMatch(
      /^✘ exchange "logs" already exists with different arguments: .*\n    pnpm reset pubsub/m,
    )
    expect(findings.stdout).not.toContain('topic_logs')
    await reset('--yes')
    expect((await doctor()).stdout).toContain('\n✔ nothing from earlier lessons is in the way\n')
  })

  test('names a queue that holds messages, and consumes none of them', async () => {
    await runProgram('packages/basic/src/producer.ts', [], { AMQP_URL: broker.url })
    expect((await doctor()).stdout).toMatch(
      /^- the queue "hello" holds 5 messages, so the tour does not run basic\n    pnpm reset basic --url amqp/m,
    )
    await onChannel(async (channel) => {
      expect(await channel.checkQueue('hello')).toMatchObject({ messageCount: 5 })
    })
  })

  test('does not mistake another broker on a port of the cluster for a node', async () => {
    const { port } = new URL(broker.url)
    const { stdout } = await doctor('--cluster-ports', port)
    expect(stdout).toMatch(/^✔ amqp:/m)
    expect(stdout).not.toMatch(/cluster/)
  })

  test('reports a given broker that is not running, and prints JSON if asked', async () => {
    const { code, stdout } = await doctor('--json', '--url', 'amqp://127.0.0.1:1')
    expect(code).toBe(1)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({
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
    expect(await leftovers()).toEqual([])
    await onChannel(async (channel) => {
      await channel.checkQueue('mine')
      await channel.checkExchange('mine')
    })
    expect((await reset('--yes')).stdout).toMatch(/^The lessons have left nothing on /)
  })

  test('deletes nothing without confirmation, and only from the lessons that are named', async () => {
    await runProgram('packages/basic/src/producer.ts', [], { AMQP_URL: broker.url })
    await runProgram('packages/pubsub/src/producer.ts', [], { AMQP_URL: broker.url })
    const asked = await reset()
    expect(asked).toMatchObject({
      code: 1,
      stderr: 'error: cannot ask without a terminal; to delete them, add --yes\n',
    })
    expect(await leftovers()).toEqual(['hello', 'logs'])
    expect((await reset('pubsub', '--yes')).code).toBe(0)
    expect(await leftovers()).toEqual(['hello'])
  })

  test('reports a queue that is exclusive to another connection', async () => {
    const connection = await connect(broker.url)
    const channel = await connection.createChannel()
    await channel.assertQueue('hello', { exclusive: true })
    const { code, stderr } = await reset('--yes')
    expect(code).toBe(1)
    expect(stderr).toBe(
      'error: the queue "hello" is exclusive to another connection; stop the program that declared it\n',
    )
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
    '%s declares what its tour.ts says, and leaves nothing else',
    async (_name, lesson) => {
      const waiting = lesson.steps.flat().find(({ ready }) => ready !== undefined)
      if (waiting?.ready === undefined) throw new Error('it has no program that waits for messages')
      await using running = startProgram(lesson, waiting)
      await running.says(new RegExp(waiting.ready.source, 'm'))
      const { queues = {}, exchanges = {} } = lesson.declares
      const declared = [...Object.keys(queues), ...Object.keys(exchanges)]
      expect(declared).toEqual(expect.arrayContaining([...(await leftovers())]))
      expect(await leftovers()).not.toEqual([])
      // Declaring them again succeeds only if the options are the same.
      await using session = await Session.open({ url: broker.url })
      for (const [name, options] of Object.entries(queues)) await session.queue(name, options)
      for (const [name, { kind, ...options }] of Object.entries(exchanges))
        await session.exchange(name, kind, options)
      const all = (await broker.management?.queues(broker.vhost)) ?? []
      // An exclusive queue is deleted with the connection of its program.
      const remaining = all.filter(({ exclusive }) => !exclusive).map(({ name }) => name)
      expect(declared).toEqual(expect.arrayContaining(remaining))
    },
  )
})
