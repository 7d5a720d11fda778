import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { startBroker } from '../src/index.ts'

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
