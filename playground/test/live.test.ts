import { Program, TcpProxy } from '@messaging-patterns/testkit'
import { launchBrowser, withoutBrowser } from '@messaging-patterns/testkit/browser'
import { connect } from 'amqplib'
import { describe, expect, inject, test } from 'vitest'

import { countsOf } from '../src/picture/state/words.ts'
import type { BrokerState } from '../src/picture/state/broker-state.ts'
import { EventStream } from './support/live/event-stream.ts'
import { Live, liveBroker, type LiveBroker } from './support/live/live-broker.ts'

function lesson(broker: LiveBroker, program: string, ...args: readonly string[]): Program {
  return new Program(`packages/${program}.ts`, args, { AMQP_URL: broker.url })
}

function countsIn(state: BrokerState, queue: string): string {
  const found = state.queue(queue)
  if (found === undefined) return 'no queue'
  const { ready, unacked } = countsOf(found)
  return `${ready} ready, ${unacked} unacked`
}

describe('the lessons, live', () => {
  test('lesson 2: tasks go to both workers, and are acknowledged in the end', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await using stream = new EventStream(await live.page())
    const worker = (): Program => lesson(broker, 'work-queues/src/consumer', '--work-ms', '40')
    await using one = worker()
    await using two = worker()
    await one.says(/waiting/)
    await two.says(/waiting/)
    await using producer = lesson(broker, 'work-queues/src/producer', '--count', '6')
    const sent = (await producer.hasLines(6)).map((line) => line.replace(' sent', ''))
    await stream.shows('six deliveries', () => stream.bodies('delivered').length === 6)
    expect(stream.bodies('published')).toEqual(sent)
    expect(stream.bodies('routed', 'task_queue')).toEqual(sent)
    expect(new Set(stream.bodies('delivered', 'task_queue'))).toEqual(new Set(sent))
    const programs = stream.movements.flatMap((each) =>
      each.type === 'delivered' ? [each.program] : [],
    )
    expect(new Set(programs).size).toBe(2)
    await stream.shows(
      'an empty queue',
      (state) => countsIn(state, 'task_queue') === '0 ready, 0 unacked',
    )
  })

  test('a program that has ended before it is listed has a name, too', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await using stream = new EventStream(await live.page())
    await using producer = lesson(broker, 'basic/src/producer', 'Hello')
    await producer.ends()
    const isEmbedded = inject('broker') === 'embedded'
    const name = isEmbedded ? 'basic producer' : 'a program that has ended'
    await stream.shows(name, ({ topology }) => topology.programs.some((each) => each.name === name))
    expect(stream.programNames.filter((each) => /\d/.test(each))).toEqual([])
  })

  test('what is published through the management API comes from there', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await using stream = new EventStream(await live.page())
    await broker.request(
      'POST',
      `exchanges/${encodeURIComponent(broker.vhost)}/amq.default/publish`,
      { routing_key: 'nowhere', properties: {}, payload: 'Hello', payload_encoding: 'string' },
    )
    await stream.shows('a publish', () => stream.bodies('published').length === 1)
    expect(stream.programNames).toContain('management API')
  })

  test('lesson 2: a task of a killed worker goes to the other one', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await using stream = new EventStream(await live.page())
    await using slow = lesson(broker, 'work-queues/src/consumer', '--work-ms', '600000')
    await slow.says(/waiting/)
    await using producer = lesson(broker, 'work-queues/src/producer', 'A', 'task.')
    await producer.ends()
    await slow.hasLines(1)
    await using other = lesson(broker, 'work-queues/src/consumer', '--work-ms', '10')
    await other.says(/waiting/)
    slow.signal('SIGKILL')
    await other.hasLines(2)
    await stream.shows('a second delivery', () => stream.bodies('delivered').length === 2)
    const told = stream.movements.filter(({ type }) => type !== 'acked').map(({ type }) => type)
    expect(told).toEqual(['published', 'routed', 'delivered', 'requeued', 'delivered'])
    const ids = stream.movements.flatMap((each) => ('message' in each ? [each.message] : []))
    expect(new Set(ids).size).toBe(1)
  })

  test('lesson 5: a message goes to the queues whose patterns match', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await using stream = new EventStream(await live.page())
    await using kern = lesson(broker, 'topics/src/consumer', 'kern.*')
    await using all = lesson(broker, 'topics/src/consumer', '#')
    await kern.says(/waiting/)
    await all.says(/waiting/)
    for (const key of ['kern.info', 'cron']) {
      await using producer = lesson(broker, 'topics/src/producer', key, 'Hi')
      await producer.ends()
    }
    await stream.shows('three deliveries', () => stream.bodies('delivered').length === 3)
    const routed = stream.movements.flatMap((each) => {
      if (each.type !== 'routed') return []
      const keys = stream.state.topology.bindings
        .filter(({ source, destination }) => source === each.exchange && destination === each.queue)
        .map(({ routingKey }) => routingKey)
      return [`${stream.state.message(each.message)?.routingKey} by ${keys.join()}`]
    })
    expect(routed.toSorted()).toEqual(['cron by #', 'kern.info by #', 'kern.info by kern.*'])
  })

  test('lesson 8: a message that fails waits in a delay queue, and returns as the same message', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await using stream = new EventStream(await live.page())
    await using consumer = lesson(broker, 'retries/src/consumer')
    await consumer.says(/waiting/)
    await using producer = lesson(broker, 'retries/src/producer', 'flaky', 'coffee')
    await producer.ends()
    await consumer.says(/done/)
    await stream.shows('two deliveries', () => stream.bodies('delivered').length === 2)
    const told = stream.movements
      .filter(({ type }) => type !== 'acked')
      .map((each) => `${each.type} ${'queue' in each ? each.queue : ''}`.trim())
    const delay = told.find((each) => each.startsWith('dead-lettered'))?.slice(14)
    expect(told).toEqual([
      'published',
      'routed retries',
      'delivered retries',
      'published',
      `routed ${delay}`,
      `dead-lettered ${delay}`,
      'routed retries',
      'delivered retries',
    ])
  })
})

describe('tracing', () => {
  test('is on while it runs, and off after Ctrl-C', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await live.page()
    expect(await broker.isTraced()).toBe(true)
    live.signal('SIGINT')
    expect(await live.ends()).toMatchObject({ code: 0, signal: null })
    expect(await broker.isTraced()).toBe(false)
  })

  test.each(['SIGTERM', 'SIGHUP'] as const)('is off after %s', async (signal) => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await live.page()
    live.signal(signal)
    await live.ends()
    expect(await broker.isTraced()).toBe(false)
  })

  test('is off after Ctrl-C twice', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    await live.page()
    live.signal('SIGINT')
    live.signal('SIGINT')
    await live.ends()
    expect(await broker.isTraced()).toBe(false)
  })

  test('is off after Ctrl-C while the broker does not answer', async () => {
    await using broker = await liveBroker()
    await using proxy = await TcpProxy.start(broker.url)
    await using live = new Live({ ...broker, url: proxy.url }, '--yes')
    await live.page()
    proxy.silence()
    live.signal('SIGINT')
    expect(await live.ends()).toMatchObject({ code: 0, signal: null })
    expect(await broker.isTraced()).toBe(false)
  })

  test('stays on if it was on before, without a question', async () => {
    await using broker = await liveBroker()
    await broker.request('PUT', `vhosts/${encodeURIComponent(broker.vhost)}`, { tracing: true })
    await using live = new Live(broker)
    await live.page()
    live.signal('SIGINT')
    await live.ends()
    expect(await broker.isTraced()).toBe(true)
  })

  test('changes nothing else of the virtual host', async () => {
    await using broker = await liveBroker()
    const path = `vhosts/${encodeURIComponent(broker.vhost)}`
    await broker.request('PUT', path, {
      description: 'ours',
      tags: 'a,b',
      default_queue_type: 'quorum',
    })
    const about = async (): Promise<unknown> => {
      const {
        description,
        tags,
        default_queue_type: type,
      } = Object(await broker.request('GET', path))
      return { description, tags, type }
    }
    const before = await about()
    await using live = new Live(broker, '--yes')
    await live.page()
    expect(await about()).toEqual(before)
    live.signal('SIGINT')
    await live.ends()
    expect(await about()).toEqual(before)
  })

  test('needs --yes without a terminal', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker)
    expect(await live.ends()).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: 'error: cannot ask without a terminal; to turn tracing on, add --yes\n',
    })
    expect(await broker.isTraced()).toBe(false)
  })
})

test('with many messages, leaves some out and says how many', async () => {
  await using broker = await liveBroker()
  await using live = new Live(broker, '--yes')
  await using stream = new EventStream(await live.page())
  const connection = await connect(broker.url)
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('busy', { durable: true })
  for (let i = 0; i < 3000; i++) channel.sendToQueue('busy', Buffer.from(`${i}`))
  await channel.waitForConfirms()
  await stream.shows('a notice', () =>
    stream.notices.some((text) => /^Samples: leaves out \d+/.test(text)),
  )
  await stream.shows(
    'the true count',
    (state) => countsIn(state, 'busy') === '3000 ready, 0 unacked',
  )
  await connection.close()
})

describe.skipIf(withoutBrowser)('the page', () => {
  test('shows messages on their way, and where they end', async () => {
    await using broker = await liveBroker()
    await using live = new Live(broker, '--yes')
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      const faults: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') faults.push(message.text())
      })
      page.on('pageerror', (error) => faults.push(String(error)))
      page.on('request', (request) => {
        if (new URL(request.url()).hostname !== '127.0.0.1') faults.push(request.url())
      })
      await page.goto(await live.page())
      await page.getByText('Acknowledgements are not traced').waitFor()
      // Every place where the message is drawn.
      await page.evaluate(() => {
        const places = new Set<string | null>()
        Object.assign(window, { places })
        const look = (): void => {
          const token = document.querySelector('[data-message="1"]')
          if (token !== null) places.add(token.getAttribute('transform'))
          requestAnimationFrame(look)
        }
        look()
      })
      await using producer = lesson(broker, 'basic/src/producer', 'Hello')
      await producer.ends()
      await page.getByRole('button', { name: /^hello 1 ready/ }).waitFor()
      const places = await page.evaluate(
        () => (window as unknown as { readonly places: ReadonlySet<string> }).places.size,
      )
      expect(places).toBeGreaterThan(10)
      await page.getByRole('button', { name: 'Message 1: Hello' }).click()
      await page.getByRole('region', { name: 'Message 1' }).getByText('routed to hello').waitFor()
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
