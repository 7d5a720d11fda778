import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { managementUrl } from '../../src/ctl/api/management-url.ts'
import { runCommand } from '../../src/ctl/run.ts'
import { startBroker } from '../../src/index.ts'

/** Runs a command as the terminal does; returns the exit code and what was printed. */
async function run(
  words: readonly string[],
  { env = {}, input = '' }: { env?: Record<string, string | undefined>; input?: string } = {},
) {
  const lines: string[] = []
  const errors: string[] = []
  const code = await runCommand(words, {
    print: (line) => lines.push(line),
    printError: (line) => errors.push(line),
    readInput: async () => input,
    env,
  })
  return { code, lines, errors: errors.join('\n') }
}

// What rabbitmqctl prints is compared with rabbitmqctl itself, in tests/rabbitmqctl.
describe('the commands of rabbitmqctl', () => {
  it('find the management API by MANAGEMENT_URL, or by the port in AMQP_URL', () => {
    const found = (env: Record<string, string>, option?: string) =>
      managementUrl({ option, env }).href
    expect(found({})).toBe('http://guest:guest@localhost:15672/')
    expect(found({ AMQP_URL: 'amqp://localhost' })).toBe('http://guest:guest@localhost:15672/')
    expect(found({ AMQP_URL: 'amqp://me:p%40ss@[::1]:5673/other' })).toBe(
      'http://me:p%40ss@[::1]:15673/',
    )
    const env = { AMQP_URL: 'amqp://localhost:1', MANAGEMENT_URL: 'http://a:b@host:99' }
    expect(found(env)).toBe('http://a:b@host:99/')
    expect(found(env, 'https://host')).toBe('https://guest:guest@host/')
  })

  it('say what to do if no broker is there', async () => {
    await using broker = await startBroker({ management: 0 })
    const { managementUrl: url = '' } = broker
    await broker.close()
    const { code, errors } = await run(['list_queues', '--management-url', url])
    expect(code).toBe(69)
    const { origin } = new URL(url)
    expect(errors).toBe(
      `Error: no management API answers at ${origin} (ECONNREFUSED); start a broker with pnpm broker, or pass --management-url http://HOST:PORT`,
    )
  })

  it('say that the user or the password is wrong', async () => {
    await using broker = await startBroker({ management: 0 })
    const url = broker.managementUrl?.replace(':guest@', ':wrong@') ?? ''
    const { code, errors } = await run(['purge_queue', 'tasks', '--management-url', url])
    expect({ code, errors }).toMatchObject({
      code: 69,
      errors: expect.stringMatching(/^Error: the broker at \S+ does not let the user guest in; /),
    })
  })

  it('say that a URL is none', async () => {
    const { code, errors } = await run(['list_queues'], { env: { AMQP_URL: 'localhost' } })
    expect({ code, errors }).toEqual({
      code: 64,
      errors:
        '"localhost" is not the URL of a management API; write it as http://USER:PASSWORD@HOST:15672',
    })
  })

  it('list the commands if there is no such command, and explain one with --help', async () => {
    const unknown = await run(['list_queue'])
    expect(unknown.code).toBe(64)
    expect(unknown.errors).toMatch(/^\nCommand 'list_queue' not found\.[^]*\n {2}list_queues +/)
    const help = await run(['delete_queue', '--help'])
    expect(help).toMatchObject({ code: 0, errors: '' })
    expect(help.lines.join('\n')).toMatch(/delete_queue \[--vhost <vhost>\] <queue_name> /)
  })

  it('do not let the name of a queue control the terminal', async () => {
    await using broker = await startBroker({ management: 0 })
    const connection = await amqp.connect(broker.url)
    const channel = await connection.createChannel()
    await channel.assertQueue('red\u001B[31m', { arguments: { 'x-note': '\u009B2J"' } })
    const url = broker.managementUrl ?? ''
    const words = ['list_queues', '-s', 'name', 'arguments', '--management-url', url]
    const { lines } = await run(words)
    expect(lines).toEqual([
      String.raw`red\x1b[31m` +
        '\t' +
        String.raw`[{"x-note","\x9b2J\""},{"x-queue-type","classic"}]`,
    ])
    await connection.close()
  })

  it('import definitions from standard input', async () => {
    await using broker = await startBroker({ management: 0 })
    const env = { MANAGEMENT_URL: broker.managementUrl }
    const queue = { name: 'hello', vhost: '/', durable: true, auto_delete: false, arguments: {} }
    const imported = await run(['import_definitions'], {
      env,
      input: JSON.stringify({ queues: [queue] }),
    })
    expect(imported).toEqual({
      code: 0,
      lines: [
        'Importing definitions in JSON from standard input ...',
        'Successfully imported the definitions.',
      ],
      errors: '',
    })
    expect((await run(['list_queues', '-s', 'name'], { env })).lines).toEqual(['hello'])
    expect(await run(['import_definitions', '-q'], { env, input: '{' })).toEqual({
      code: 65,
      lines: [],
      errors: 'Error:\nThe definitions are not valid JSON',
    })
  })
})
