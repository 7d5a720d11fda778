import type { Body, MessageOptions } from '@messaging-patterns/shared'
import { brokerForEachTest, programsOn, waitFor } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

import { currentTask, TaskFailure } from '../src/index.ts'
import { reprTuple } from '../src/protocol/repr.ts'
import { TestProgram } from './support.ts'

const broker = brokerForEachTest()
const { start } = programsOn(broker)

/** Sends a message that our clients would not send, and resolves with the results that come back. */
async function sendRaw(
  program: TestProgram,
  body: Body,
  { headers = {}, ...options }: MessageOptions = {},
): Promise<() => readonly unknown[]> {
  const replies = await program.session.queue()
  const received: unknown[] = []
  await replies.consume((delivery) => void received.push(delivery.json()), { autoAck: true })
  const queue = await program.session.queue('celery', { passive: true })
  await queue.send(body, {
    correlationId: 'poison',
    replyTo: replies.name,
    headers,
    ...options,
  })
  return () => received
}

const call = { lang: 'py', task: 'tasks.add', id: 'poison' }

describe('a message that is not a call is refused, and its client is told', () => {
  const json = 'application/json'
  test.each<{ is: string; body: Body; contentType: string; type: string }>([
    {
      is: 'pickled',
      body: Buffer.from('8004', 'hex'),
      contentType: 'application/x-python-serialize',
      type: 'ContentDisallowed',
    },
    {
      is: 'YAML',
      body: '- [2, 3]\n',
      contentType: 'application/x-yaml',
      type: 'ContentDisallowed',
    },
    { is: 'not JSON', body: '{', contentType: json, type: 'DecodeError' },
    { is: 'not UTF-8', body: Buffer.from([0xff]), contentType: json, type: 'DecodeError' },
    { is: 'another body', body: '{"args": 1}', contentType: json, type: 'TypeError' },
    { is: 'no body', body: 'null', contentType: json, type: 'TypeError' },
    {
      is: 'a wrong callback',
      body: '[[2,3],{},{"callbacks":[1]}]',
      contentType: json,
      type: 'TypeError',
    },
  ])('$is', async ({ body, contentType, type }) => {
    await using program = await TestProgram.on(broker)
    const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b)
    await program.work({ concurrency: 1 })
    const replies = await sendRaw(program, body, { headers: call, contentType })
    await waitFor('the failure', () => replies().length === 1)
    expect(replies()[0]).toMatchObject({
      task_id: 'poison',
      status: 'FAILURE',
      result: { exc_type: type },
    })
    expect(await add.call(2, 3)).toBe(5)
  })

  test.each(['eta', 'expires'])('with an %s that is not a time', async (header) => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('tasks.add', (a: number, b: number) => a + b)
    await program.work()
    const headers = { ...call, [header]: 'tomorrow' }
    const contentType = 'application/json'
    const replies = await sendRaw(program, '[[2,3],{},{}]', { headers, contentType })
    await waitFor('the failure', () => replies().length === 1)
    expect(replies()[0]).toMatchObject({
      status: 'FAILURE',
      result: { exc_message: [`the ${header} is not a time: "tomorrow"`] },
    })
  })
})

describe('a message of protocol 1', () => {
  test.each([
    ['without headers', {}, { task: 'tasks.add', id: 'poison' }],
    ['with the headers of protocol 2', call, {}],
  ])('%s is a call', async (_, headers, more) => {
    await using program = await TestProgram.on(broker)
    program.tasks.define('tasks.add', (a: number, b: number) => [a + b, currentTask().retries], {
      parameters: ['a', 'b'],
    })
    await program.work()
    const body = { args: [2], kwargs: { b: 3 }, retries: 1, eta: null, ...more }
    const replies = await sendRaw(program, body, { headers })
    await waitFor('the result', () => replies().length === 1)
    expect(replies()[0]).toMatchObject({ status: 'SUCCESS', result: [5, 1], task_id: 'poison' })
  })
})

describe('a task whose end cannot be reported as it is', () => {
  test('fails, and its worker goes on', async () => {
    await using program = await TestProgram.on(broker)
    const { tasks } = program
    const strange = tasks.define('tasks.strange', () => {
      throw new TaskFailure({ type: 'KeyError', module: 'builtins', args: [10n] })
    })
    const nothing = tasks.define('tasks.nothing', () => {
      throw Object.create(null) as Error
    })
    const choosy = tasks.define(
      'tasks.choosy',
      () => {
        throw new Error('wrong')
      },
      {
        retry: {
          on: () => {
            throw new RangeError('in the condition')
          },
        },
      },
    )
    const fine = tasks.define('tasks.fine', () => 'fine')
    await program.work({ concurrency: 1 })
    await expect(strange.call()).rejects.toThrow(/the body cannot be sent/)
    await expect(nothing.call()).rejects.toBeInstanceOf(TaskFailure)
    await expect(choosy.call()).rejects.toMatchObject({ type: 'RangeError' })
    expect(await fine.call()).toBe('fine')
  })

  test('if what follows it cannot be called', async () => {
    await using program = await TestProgram.on(broker)
    const fine = program.tasks.define('tasks.fine', () => 'fine')
    await program.work({ concurrency: 1 })
    const tooLong = program.tasks.remote<() => string>('tasks.next').s().to('q'.repeat(256))
    for (const options of [{ link: [tooLong] }, { linkError: [tooLong] }]) {
      const result = await fine.send([], options)
      const state = await result.get().then(String, (error: unknown) => String(error))
      expect(state).toMatch('link' in options ? /too long|255/ : /fine/)
    }
    expect(await fine.call()).toBe('fine')
  })

  test('because it is too large, and nothing else that is sent meanwhile', async () => {
    await using program = await TestProgram.on(broker)
    const huge = program.tasks.define('tasks.huge', () => 'x'.repeat(17 * 1024 * 1024))
    const fine = program.tasks.define('tasks.fine', () => 'fine')
    await program.work()
    const results = [await huge.delay(), await fine.delay(), await fine.delay()]
    const settled = await Promise.allSettled(results.map((each) => each.get()))
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    await expect(results[0]?.get()).rejects.toThrow(/larger than configured max size/)
  })
})

test('a log that throws changes nothing', async () => {
  await using program = await TestProgram.on(broker)
  const fine = program.tasks.define('tasks.fine', () => 'fine')
  await program.work({
    concurrency: 1,
    onTask: () => {
      throw new Error('the disk is full')
    },
  })
  expect(await fine.call()).toBe('fine')
  expect(await fine.call()).toBe('fine')
})

test('arguments may be nested deeply, and headers may have any name', async () => {
  await using program = await TestProgram.on(broker)
  const depth = program.tasks.define('tasks.depth', (list: unknown) => {
    let levels = 0
    for (let each = list; Array.isArray(each); each = each[0] as unknown) levels += 1
    return [levels, currentTask().headers['x-mine']]
  })
  await program.work()
  let list: unknown = []
  for (let level = 1; level < 500; level++) list = [list]
  const result = await depth.send([list], { headers: { 'x-mine': 'there' } })
  expect(await result.get()).toEqual([500, 'there'])
  expect(reprTuple([list])).toBe('([[[[...]]]],)')
})

test('arguments that no attempt can accept are not retried', async () => {
  await using program = await TestProgram.on(broker)
  const add = program.tasks.define('tasks.add', (a: number, b: number) => a + b, {
    parameters: ['a', 'b'],
    schema: z.tuple([z.number(), z.number()]),
    retry: { delay: 60_000 },
  })
  await program.work()
  await expect(add.call('one' as unknown as number, 2)).rejects.toMatchObject({
    type: 'ValidationError',
  })
  const named = await add.send([] as never, { kwargs: { c: 1 } })
  await expect(named.get()).rejects.toMatchObject({ type: 'TypeError' })
})

test('the program of the lesson says which messages it refuses', async () => {
  await using program = await TestProgram.on(broker)
  await using worker = start('packages/tasks/src/worker.ts')
  await worker.says(/waiting for tasks/)
  const queue = await program.session.queue('celery', { type: 'classic' })
  await queue.send('not a task')
  await worker.says(/^a message was refused: TypeError: the message has no headers/m)
})
