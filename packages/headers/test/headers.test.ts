import { Session } from '@messaging-patterns/shared'
import { brokerForFile, programsOn, waitFor, type Program } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

const producer = 'packages/headers/src/producer.ts'
const consumer = 'packages/headers/src/consumer.ts'

const broker = brokerForFile()
const { start, run } = programsOn(broker)

/** A consumer whose queue is bound. */
async function listen(...args: string[]): Promise<Program> {
  const program = start(consumer, ...args)
  await program.says(/waiting for .* from "headers_logs"/)
  return program
}

type Headers = Readonly<Record<string, unknown>>

/** Headers that match every consumer below, for the last message. */
const last = {
  type: 'report',
  format: 'pdf',
  pages: 5,
  draft: true,
  'x-team': 'blue',
  last: 'yes',
}

/**
 * Publishes a message with each table of headers, and then the last message. Resolves with the
 * letters, which are the bodies, of the messages that each consumer got.
 */
async function publish(
  messages: Readonly<Record<string, Headers>>,
  consumers: readonly Program[],
): Promise<readonly string[]> {
  await using session = await Session.open({ url: broker.url })
  const exchange = await session.exchange('headers_logs', 'headers')
  for (const [letter, headers] of Object.entries(messages))
    await exchange.publish('', letter, { headers })
  await exchange.publish('', 'end', { headers: last })
  return await Promise.all(
    consumers.map(async (each) => {
      await each.says(/ end received$/m)
      const letters = each.lines.map((line) => /^\[.*\] (\w+) received$/.exec(line)?.[1] ?? line)
      expect(letters.pop()).toBe('end')
      return letters.join('')
    }),
  )
}

describe('the headers lesson', () => {
  test('all needs every header, any needs one; both ignore headers that begin with x-', async () => {
    const wanted = ['type=report', 'format=pdf', 'x-team=blue']
    await using all = await listen(...wanted)
    await using any = await listen(...wanted, '--match', 'any')
    await using allWithX = await listen(...wanted, '--match', 'all-with-x')
    await using anyWithX = await listen(...wanted, '--match', 'any-with-x')
    const got = await publish(
      {
        A: { type: 'report', format: 'pdf', 'x-team': 'blue' },
        B: { type: 'report', format: 'pdf', 'x-team': 'red', more: 'of it' },
        C: { type: 'report', format: 'pdf' },
        D: { type: 'report', format: 'html' },
        E: { 'x-team': 'blue' },
        F: { type: 'Report', format: 'html' },
        G: {},
      },
      [all, any, allWithX, anyWithX],
    )
    expect(got).toEqual(['ABC', 'ABCD', 'A', 'ABCDE'])
  })

  test('a value only matches a value of the same type; a name without a value matches any value', async () => {
    await using text = await listen('pages=5', 'last=yes', '--match', 'any')
    await using number = await listen('pages:=5')
    await using named = await listen('pages')
    await using truth = await listen('draft:=true')
    const messages = {
      A: { pages: '5' },
      B: { pages: 5 },
      C: { pages: 5.5 },
      D: { pages: null },
      E: { draft: true },
      F: { draft: 'true' },
      G: { draft: false },
    }
    const got = await publish(messages, [text, number, named, truth])
    expect(got).toEqual(['A', 'B', 'ABCD', 'E'])
  })

  test('with no headers, all matches every message, and any matches none', async () => {
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('headers_logs', 'headers')
    await using _nothing = await listen('--match', 'any')
    // No other queue asks for these headers, not even that of a consumer which was just killed.
    for (const headers of [{}, { nobody: 'asked' }])
      await expect(
        exchange.publish('', 'lost', { headers, mandatory: true }),
      ).rejects.toMatchObject({ code: 'UNROUTABLE' })
    await using everything = await listen()
    await using onlyX = await listen('x-team=blue')
    const messages = { A: {}, B: { type: 'report' }, C: { 'x-team': 'red' } }
    expect(await publish(messages, [everything, onlyX])).toEqual(['ABC', 'ABC'])
    expect(everything.lines).toContain('[no headers] A received')
  })

  test('headers and words arrive exactly as given', async () => {
    await using listening = await listen('größe=Мир 🌍', '--count', '1', '--json')
    const headers = [
      'größe=Мир 🌍',
      'a=b=c:=d',
      'empty=',
      'n:=-2.5',
      'big:=4294967296',
      'ok:=false',
    ]
    const words = ['-x', 'key=value', '--', '007']
    const sent = await run(producer, '--json', ...headers, '--', ...words)
    const facts = {
      exchange: 'headers_logs',
      headers: {
        größe: 'Мир 🌍',
        a: 'b=c:=d',
        empty: '',
        n: -2.5,
        big: 4_294_967_296,
        ok: false,
      },
      body: '-x key=value -- 007',
    }
    expect(JSON.parse(sent.stdout)).toEqual({ event: 'sent', ...facts })
    const received = await listening.ends()
    expect(received.code).toBe(0)
    expect(JSON.parse(received.stdout)).toEqual({ event: 'received', ...facts })
  })

  test('headers of other languages are shown as values', async () => {
    await using listening = await listen('--count', '1')
    await using session = await Session.open({ url: broker.url })
    const exchange = await session.exchange('headers_logs', 'headers')
    const price = { '!': 'decimal', value: { places: 2, digits: 314 } }
    const headers = { price, at: new Date('2026-11-20'), key: Buffer.from([0, 255]) }
    await exchange.publish('', 'figures', { headers })
    await listening.says(
      /^\[at:="2026-11-20T00:00:00\.000Z" key:="00ff" price:=3\.14\] figures received$/m,
    )
  })

  test('without words, a numbered series goes to every consumer that it matches, in order', async () => {
    await using one = await listen('series', '--count', '5')
    await using two = await listen('series=a', 'other=b', '--match', 'any', '--count', '5')
    const sent = await run(producer, 'series=a')
    const lines = sent.stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(5)
    for (const [index, line] of lines.entries())
      expect(line).toMatch(
        new RegExp(
          String.raw`^\[series=a\] ${index} \d{4}-\d\d-\d\d [\d:.]{12} - Headers - Hello World sent$`,
        ),
      )
    const stdout = sent.stdout.replaceAll(/ sent$/gm, ' received')
    expect(await one.ends()).toMatchObject({ code: 0, stdout })
    expect(await two.ends()).toMatchObject({ code: 0, stdout })
  })

  test('x-match can be given as a header, and the broker refuses an unknown value', async () => {
    await using listening = await listen('x-match=any', 'type=report')
    expect(listening.stderr).toContain('waiting for type=report x-match=any from "headers_logs"')
    const { code, stdout, stderr } = await run(consumer, 'x-match=some')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^error: the broker refused it: PRECONDITION_FAILED - .*x-match/)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'a consumer shuts down gracefully on %s',
    async (signal) => {
      await using listening = await listen('never=matched')
      listening.signal(signal)
      expect(await listening.ends()).toMatchObject({ code: 0, signal: null, stdout: '' })
    },
  )

  test('the exchange stays; the queue and its only binding go with the consumer', async (context) => {
    const { management, vhost } = broker
    if (management === undefined) return context.skip('the broker has no management API')
    await using listening = await listen('pages:=5', 'format', '--match', 'any')
    expect(await management.exchanges(vhost)).toMatchObject([
      {
        name: 'headers_logs',
        type: 'headers',
        durable: true,
        auto_delete: false,
        internal: false,
        arguments: {},
      },
    ])
    const queue = await waitFor('one queue', async () => {
      const [first, second] = await management.queues(vhost)
      return second === undefined && first
    })
    expect(queue).toMatchObject({ type: 'classic', exclusive: true, arguments: {} })
    const bindings = await management.bindings(vhost, 'headers_logs')
    expect(bindings).toMatchObject([{ destination: queue.name, routing_key: '' }])
    // The API shows a void value as an empty list.
    expect(bindings).toMatchObject([{ arguments: { 'x-match': 'any', pages: 5 } }])
    listening.signal('SIGINT')
    await listening.ends()
    await waitFor('no queue', async () => (await management.queues(vhost)).length === 0)
  })

  test.each([
    [
      producer,
      ['Hello'],
      /"Hello" has no value; write Hello=\.\.\., or "--" before the message\n$/,
    ],
    [producer, ['a=1', 'a:=2'], /"a" is given twice; a header has one value\n$/],
    [producer, ['pages:=five'], /"pages:=five" is neither a number nor true nor false/],
    [producer, ['pages:='], /"pages:=" is neither/],
    [producer, ['=5'], /the name in "=5" must have 1 to 255 bytes/],
    [producer, [`${'n'.repeat(256)}=5`], /must have 1 to 255 bytes/],
    [producer, ['a=1', '--count', '0'], /--count must be a whole number, 1 or more; got "0"/],
    [consumer, ['a=1', '--match', 'some'], /Choices: "all", "any", "all-with-x", "any-with-x"/],
    [consumer, ['', 'a=1'], /the name in "" must have 1 to 255 bytes/],
    [consumer, ['a=1', '--color'], /Unknown argument: color/],
  ])('%s %s is a usage error', async (program, args, message) => {
    const { code, stdout, stderr } = await run(program, ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pnpm headers .*\[options\]/)
    expect(stderr).toMatch(message)
  })

  test('--help shows where the words go', async () => {
    const { code, stdout, stderr } = await run(producer, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^pnpm headers producer \[headers\.\.\] -- \[words\.\.\] \[options\]\n/)
  })
})
