import { once } from 'node:events'

import { deadline } from '@messaging-patterns/testkit'
import { connect, type ChannelModel } from 'amqplib'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'

import { both, withSortedRows, type Both, type Printed, type Side } from './support/both.ts'
import { setUp } from './support/topology.ts'

// Each rabbitmqctl starts an Erlang VM; some of them may run at the same time.
vi.setConfig({ maxConcurrency: 4 })

// If AMQP_URL names the broker, there is no container to run rabbitmqctl in.
const hasContainer = inject('rabbitmq').container !== undefined

let sides: Both
const clients: ChannelModel[] = []

describe.runIf(hasContainer)('pnpm broker prints what rabbitmqctl prints', () => {
  beforeAll(async () => {
    sides = await both()
    clients.push(await setUp(sides.rabbitmq.url), await setUp(sides.embedded.url))
  })

  afterAll(async () => {
    for (const client of clients) await client.close()
    await sides[Symbol.asyncDispose]()
  })

  /** Runs a command line on both; VHOST stands for the virtual host. */
  async function run(line: string): Promise<{ rabbitmq: Printed; embedded: Printed }> {
    const args = line.split(' ').map((arg) => (arg === 'VHOST' ? sides.vhost : arg))
    const [rabbitmq, embedded] = await Promise.all([
      sides.rabbitmq.run(...args),
      sides.embedded.run(...args),
    ])
    return { rabbitmq, embedded }
  }

  describe('byte for byte', () => {
    test.concurrent.each([
      'list_queues -p VHOST',
      'list_queues --vhost VHOST name type durable auto_delete state consumers arguments',
      'list_queues -p VHOST name exclusive policy effective_policy_definition',
      'list_queues -p VHOST name,messages messages_ready messages_unacknowledged',
      'list_queues -p VHOST messages name name',
      'list_queues -p VHOST name type message_bytes exclusive',
      'list_queues -p VHOST --quiet',
      'list_queues -p VHOST --no-table-headers name',
      'list_queues -p VHOST -q --no-table-headers name',
      'list_queues -p VHOST -s -t 30',
      'list_queues -p VHOST --timeout 30 --formatter table',
      'list_exchanges -p VHOST',
      'list_exchanges -p VHOST name type durable auto_delete internal arguments policy',
      'list_bindings -p VHOST',
      'list_bindings -p VHOST routing_key source_name destination_name',
      'list_consumers -p VHOST arguments queue_name consumer_tag ack_required prefetch_count active',
      'list_consumers -p VHOST consumer_tag activity_status',
      'list_queues -p nowhere',
      'list_exchanges -p nowhere',
      'list_bindings -p nowhere',
      'list_consumers -p nowhere',
    ])('%s', async (line) => {
      const hasHeader = !/--no-table-headers|-s\b/.test(line)
      // RabbitMQ's figures lag by seconds.
      const same = async () => {
        const { rabbitmq, embedded } = await run(line)
        expect(withSortedRows(embedded, hasHeader)).toEqual(withSortedRows(rabbitmq, hasHeader))
        expect(embedded.code).toBe(0)
      }
      await vi.waitFor(same, { timeout: deadline, interval: 500 })
    })

    test.concurrent.each([
      'delete_queue nothing -p VHOST',
      'delete_queue nothing -p nowhere --quiet',
      'purge_queue nothing -p VHOST',
      'purge_queue nothing -p nowhere',
      'purge_queue purged -p VHOST',
      'purge_queue -q purged -p VHOST',
      'purge_queue -p VHOST log',
      'delete_queue -p VHOST delayed --if-empty --if-unused',
      'delete_queue -p VHOST -q deleted',
      'delete_queue -p VHOST deleted_log --if-empty',
      'set_policy -p VHOST short ^parked {"max-length":5,"overflow":"drop-head"} --apply-to queues',
      'set_policy -p VHOST --priority 3 other ^nothing$ {"max-length":1}',
      'set_policy -p VHOST wrong ^nothing$ {"no-such-setting":1}',
      'set_policy -p VHOST wrong ^nothing$ {"max-length":1} --apply-to everything',
      'set_policy -p nowhere short ^parked {"max-length":5}',
      'clear_policy -p VHOST nothing',
      'set_permissions -p VHOST guest ^.* .* .*',
      'set_permissions -p VHOST nobody .* .* .*',
      'set_permissions -p nowhere guest .* .* .*',
    ])('%s', async (line) => {
      const { rabbitmq, embedded } = await run(line)
      expect(embedded).toEqual(rabbitmq)
    })

    test('clear_policy, which the list of queues then shows', async () => {
      for (const line of [
        'set_policy -p VHOST cleared ^full$ {"max-length":9}',
        'list_queues -p VHOST name policy effective_policy_definition',
        'clear_policy -p VHOST cleared',
        'list_queues -p VHOST name policy effective_policy_definition',
      ])
        await vi.waitFor(
          async () => {
            const { rabbitmq, embedded } = await run(line)
            expect(withSortedRows(embedded)).toEqual(withSortedRows(rabbitmq))
          },
          { timeout: deadline },
        )
    })

    test.concurrent.each([
      'list_queues name nothing',
      'list_exchanges messages',
      'list_connections queue_name',
      'list_queues --nothing',
      'list_queues --nothing -z blue',
      'list_queues -p',
      'list_queues --timeout soon',
      'delete_queue',
      'delete_queue one two',
      'purge_queue',
      'close_connection',
      'close_connection <rabbit@host.1.2.3>',
      'close_connection one two three',
      'set_policy name pattern',
      'import_definitions /nowhere.json',
    ])('a usage error, up to the usage: %s', async (line) => {
      const { rabbitmq, embedded } = await run(line)
      const upToUsage = ({ stderr, ...rest }: Printed): Printed => ({
        ...rest,
        stderr: stderr.replace(/\nUsage\n.*$/s, ''),
      })
      expect(upToUsage(embedded)).toEqual(upToUsage(rabbitmq))
      expect(embedded.code).not.toBe(0)
    })
  })

  test.concurrent.each([
    'list_queues -p VHOST --formatter json name type messages durable policy',
    'list_exchanges -p VHOST --formatter json name type internal',
    'list_bindings -p VHOST --formatter json source_name destination_kind routing_key',
    'list_consumers -p VHOST --formatter json queue_name ack_required prefetch_count',
    'list_queues -p nowhere --formatter json',
  ])('the same objects, one per line: %s', async (line) => {
    const same = async () => {
      const { rabbitmq, embedded } = await run(line)
      expect(objectsIn(embedded)).toEqual(objectsIn(rabbitmq))
      expect(embedded.stdout.split('\n').length).toBe(rabbitmq.stdout.split('\n').length)
    }
    await vi.waitFor(same, { timeout: deadline, interval: 500 })
  })

  test.concurrent.each([
    ['delete_queue -p VHOST task_queue --if-unused', /queue 'task_queue' in vhost '\S+' in use/],
    ['delete_queue -p VHOST full -e', /queue 'full' in vhost '\S+' not empty/],
    [
      'delete_queue -p VHOST hello -e',
      /cannot delete queue 'hello' .* not supported by quorum queues/,
    ],
  ])("a refusal in the broker's words, without Erlang around them: %s", async (line, words) => {
    const { rabbitmq, embedded } = await run(line)
    expect({ ...embedded, stderr: '' }).toEqual({ ...rabbitmq, stderr: '' })
    const [reason] = words.exec(embedded.stderr) ?? []
    expect(embedded.stderr).toBe(`Error:\n${reason}\n`)
    expect(rabbitmq.stderr).toContain(reason)
  })

  describe('in the same form', () => {
    const pid = String.raw`<[\w-]+@[\w.-]+(?:\.\d+){3}>`

    /** The rows of a list about this client, and the names of their columns. */
    async function rowsAbout(side: Side, columns: string): Promise<string> {
      const ours = new RegExp(String.raw`^Listing .*|^name\t.*|.*\t${sides.vhost}\t.*`)
      return await vi.waitFor(
        async () => {
          const { stdout } = await side.run('list_connections', ...columns.split(' '))
          const lines = stdout.split('\n').filter((line) => ours.test(line))
          expect(lines).toHaveLength(3)
          return lines.join('\n')
        },
        { timeout: deadline },
      )
    }

    test.concurrent('the connections', async () => {
      const shape = new RegExp(
        String.raw`^Listing connections \.\.\.
name\tvhost\tuser\tstate\tprotocol\tchannels\tauth_mechanism\tssl\tpeer_port\tpid
([\d.]+:\d+ -> [\d.]+:\d+)\t${sides.vhost}\tguest\trunning\t\{0,9,1\}\t1\tPLAIN\tfalse\t\d+\t${pid}$`,
      )
      const columns = 'name vhost user state protocol channels auth_mechanism ssl peer_port pid'
      expect(await rowsAbout(sides.rabbitmq, columns)).toMatch(shape)
      expect(await rowsAbout(sides.embedded, columns)).toMatch(shape)
    })

    test.concurrent('the usual columns of consumers, with the pid of the channel', async () => {
      const { rabbitmq, embedded } = await run('list_consumers -p VHOST')
      const withoutPids = ({ stdout, ...rest }: Printed): Printed =>
        withSortedRows({ ...rest, stdout: stdout.replaceAll(new RegExp(pid, 'g'), '<a pid>') })
      expect(withoutPids(embedded)).toEqual(withoutPids(rabbitmq))
      expect(embedded.stdout).toMatch(new RegExp(pid))
    })
  })

  test.concurrent('closes a connection by the pid that it lists, with the reason', async () => {
    for (const side of [sides.rabbitmq, sides.embedded]) {
      const client = await connect(side.url, { clientProperties: { connection_name: 'victim' } })
      const closed = once(client, 'close')
      const found = await vi.waitFor(
        async () => {
          const listed = await side.run('list_connections', '-s', 'pid', 'client_properties')
          const row = listed.stdout.split('\n').find((line) => line.includes('"victim"'))
          expect(row).toBeDefined()
          return row?.split('\t')[0] ?? ''
        },
        { timeout: deadline },
      )
      expect(await side.run('close_connection', found, 'for maintenance')).toEqual({
        code: 0,
        stdout: `Closing connection ${found}, reason: for maintenance...\n`,
        stderr: '',
      })
      expect(String(await closed)).toMatch(/CONNECTION_FORCED - for maintenance/)
      // Closing it again is not a failure.
      expect(await side.run('close_connection', found, 'again')).toMatchObject({ code: 0 })
    }
  })

  test.concurrent('closes a connection by its name, which only the API knows', async () => {
    const client = await connect(sides.embedded.url)
    const closed = once(client, 'close')
    const { stdout } = await sides.embedded.run('list_connections', '-s', 'name', 'connected_at')
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'))
    const [name = ''] = rows.toSorted(([, a], [, b]) => Number(b) - Number(a))[0] ?? []
    await sides.embedded.run('close_connection', name, 'bye')
    expect(String(await closed)).toMatch(/CONNECTION_FORCED - bye/)
    const { rabbitmq, embedded } = await run('close_connection nobody bye')
    expect({ ...embedded, stderr: '' }).toEqual({ ...rabbitmq, stderr: '' })
    expect(embedded.stderr).toBe('Error:\nno connection has the pid or the name "nobody"\n')
  })
})

function objectsIn({ stdout }: Printed): readonly string[] {
  const objects = JSON.parse(stdout) as Record<string, unknown>[]
  // The order of the fields is Erlang's.
  return objects
    .map((object) =>
      JSON.stringify(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    )
    .toSorted()
}
