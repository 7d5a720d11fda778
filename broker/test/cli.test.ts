import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'

import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { CertificateAuthority, startBroker } from '../src/index.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const faulty = fileURLToPath(new URL('./support/faulty-cli.ts', import.meta.url))

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  readonly ended: Promise<number | null>
}

function run(...args: string[]): Run {
  return runScript(bin, args)
}

function runScript(script: string, args: readonly string[]): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args])
  let output = ''
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      child.emit('output')
    })
  const ended = once(child, 'close').then(() => child.exitCode)
  return { child, output: () => output, errors: () => errors, ended }
}

/** The files of a broker's certificate and its authority, and the certificate of a client. */
function certificateFiles() {
  const authority = new CertificateAuthority()
  const server = authority.issue({ subject: { CN: 'localhost' }, hosts: ['localhost'] })
  const folder = mkdtempSync(path.join(tmpdir(), 'messaging-patterns-'))
  const write = (name: string, content: string): string => {
    const file = path.join(folder, name)
    writeFileSync(file, content)
    return file
  }
  return {
    cert: write('server.pem', server.cert),
    key: write('server.key', server.key),
    ca: write('ca.pem', authority.cert),
    client: authority.issue({ subject: { CN: 'client' } }),
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true })
    },
  }
}

async function printed(program: Run, text: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = text.exec(program.output())
    if (found !== null) return found
    await Promise.race([once(program.child, 'output'), program.ended])
    if (program.child.exitCode !== null) throw new Error(`it ended: ${program.output()}`)
  }
}

describe('the command line', () => {
  it('prints its URL, and that it keeps everything in memory, and exits with code 0 on Ctrl-C', async () => {
    const program = run('--port', '0', '--verbose')
    const [, url = ''] = await printed(program, /Listening on (\S+)/)
    await printed(program, /Queues and messages are only in memory/)
    const connection = await amqp.connect(url)
    connection.on('error', () => {})
    await printed(program, /connection 1 opened by guest/)
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  })

  it('accepts a classic declaration of a quorum queue with --relaxed-checks', async () => {
    const program = run('--port', '0', '--relaxed-checks')
    const [, url = ''] = await printed(program, /Listening on (\S+)/)
    const connection = await amqp.connect(url)
    const channel = await connection.createChannel()
    await channel.assertQueue('task_queue', { arguments: { 'x-queue-type': 'quorum' } })
    const declared = await channel.assertQueue('task_queue', { durable: true })
    expect(declared).toMatchObject({ queue: 'task_queue' })
    await connection.close()
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  }, 20_000)

  it('copies all messages to amq.rabbitmq.trace with --trace', async () => {
    const program = run('--port', '0', '--trace')
    const [, url = ''] = await printed(program, /Listening on (\S+)/)
    const connection = await amqp.connect(url)
    const channel = await connection.createConfirmChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(queue, 'amq.rabbitmq.trace', 'publish.logs')
    await channel.assertExchange('logs', 'fanout')
    channel.publish('logs', '', Buffer.from('hello'))
    await channel.waitForConfirms()
    expect(await channel.get(queue)).toMatchObject({ content: Buffer.from('hello') })
    await connection.close()
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  }, 20_000)

  it.each([
    ['localhost', []],
    ['0.0.0.0', ['--host', '0.0.0.0']],
  ])(
    'makes a certificate of %s for the run with --tls, and says how to trust it',
    async (host, more) => {
      const program = run('--port', '0', '--tls', '--tls-port', '0', ...more)
      const [, url = '', file = ''] = await printed(program, /--url "(\S+)\?cacertfile=(\S+)"/)
      await printed(program, /NODE_EXTRA_CA_CERTS=/)
      // Without the credentials, which are the default of all clients, the line fits into a terminal.
      expect(url.replace(/\d+$/, '')).toBe(`amqps://${host}:`)
      for (const line of program.output().replaceAll(tmpdir(), '/tmp').split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(80)
      const ca = readFileSync(decodeURIComponent(file))
      await (await amqp.connect(url, { ca })).close()
      await (await amqp.connect(url.replace(host, '127.0.0.1'), { ca })).close()
      program.child.kill('SIGINT')
      expect(await program.ended).toBe(0)
      expect(existsSync(decodeURIComponent(file))).toBe(false)
    },
    20_000,
  )

  it('takes certificates from files, and can require one of each client', async () => {
    using files = certificateFiles()
    const { cert, key, ca, client } = files
    const own = [`--tls-cert=${cert}`, `--tls-key=${key}`, `--tls-ca=${ca}`]
    const program = run('--port=0', '--tls-port=0', ...own, '--tls-require-certificate')
    const [url = ''] = await printed(program, /amqps:\S+/)
    await expect(amqp.connect(url, { ca: readFileSync(ca) })).rejects.toThrow(
      /certificate required/,
    )
    await (await amqp.connect(url, { ca: readFileSync(ca), ...client })).close()
    expect(program.output()).not.toContain('cacertfile')
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  }, 20_000)

  it.each([
    [['--tls-cert', 'x.pem'], /^--tls-cert and --tls-key belong together\n\nUsage/],
    [
      ['--tls-ca', '/no/such.pem'],
      /^Cannot start: cannot read the file of --tls-ca: .*ENOENT.*\n$/,
    ],
    [
      ['--tls-require-certificate'],
      /^Cannot start: the option tls.requireCertificate needs tls.ca/,
    ],
  ])('says what is wrong with %j, and exits with code 1', async (args, message) => {
    const program = run('--port', '0', '--tls-port', '0', ...args)
    expect(await program.ended).toBe(1)
    expect(program.output()).toMatch(message)
  })

  it('names the option for a port for amqps that is in use', async () => {
    await using broker = await startBroker()
    const program = run('--port', '0', '--tls', '--tls-port', `${broker.port}`)
    expect(await program.ended).toBe(1)
    expect(program.output()).toBe(
      `Cannot start: port ${broker.port} on 127.0.0.1 is in use. Choose another one with --tls-port.\n`,
    )
  })

  it('says in one line that the port is in use, and exits with code 1', async () => {
    await using broker = await startBroker()
    const program = run('--port', `${broker.port}`)
    expect(await program.ended).toBe(1)
    expect(program.output()).toBe(
      `Cannot start: port ${broker.port} on 127.0.0.1 is in use. Choose another one with --port.\n`,
    )
  })

  it('serves the stream protocol, and says where if the port was chosen', async () => {
    const program = run('--port', '0', '--stream-port', '0')
    const [, port = ''] = await printed(
      program,
      /Streams on rabbitmq-stream:\/\/guest:guest@127\.0\.0\.1:(\d+)/,
    )
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    socket.destroy()
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  })

  it('serves the stream protocol over TLS, with the certificate of amqps', async () => {
    const program = run('--port=0', '--tls', '--tls-port=0', '--stream-tls-port=0')
    const [, file = ''] = await printed(program, /NODE_EXTRA_CA_CERTS=(\S+)/)
    const [, port = ''] = await printed(
      program,
      /Streams on rabbitmq-stream\+tls:\/\/guest:guest@localhost:(\d+)/,
    )
    const target = { port: Number(port), host: 'localhost', servername: 'localhost' }
    const socket = connectTls({ ...target, ca: readFileSync(file) })
    await once(socket, 'secureConnect')
    expect(socket.authorized).toBe(true)
    socket.destroy()
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  }, 20_000)

  it('does without the stream protocol if its default port is in use, and says so', async () => {
    await using other = await startBroker()
    const program = run('--port', `${other.port + 120}`)
    await printed(program, /Listening on/)
    expect(program.output()).toContain(
      `No stream protocol: port ${other.port} is in use. Choose another one with --stream-port.\n`,
    )
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  })

  it('does not start if a chosen port for streams is in use', async () => {
    await using other = await startBroker()
    const program = run('--port', '0', '--stream-port', `${other.port}`)
    expect(await program.ended).toBe(1)
    expect(program.output()).toBe(
      `Cannot start: port ${other.port} on 127.0.0.1 is in use. Choose another one with --stream-port.\n`,
    )
  })

  it('prints an internal error to stderr, and continues', async () => {
    const program = runScript(faulty, ['--port', '0'])
    const [, url = ''] = await printed(program, /Listening on (\S+)/)
    const connection = await amqp.connect(url)
    connection.on('error', () => {})
    const channel = await connection.createChannel()
    await expect(channel.assertExchange('logs', 'fanout')).rejects.toThrow()
    await printed(program, /internal error on connection 1: Error: a bug\n +at /)
    expect(program.errors()).toMatch(/^internal error/)
    await (await amqp.connect(url)).close()
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  }, 20_000)

  it('shows its usage for an unknown option', async () => {
    const program = run('--nonsense')
    expect(await program.ended).toBe(1)
    expect(program.output()).toMatch(/Usage: messaging-patterns-broker/)
  })
})
