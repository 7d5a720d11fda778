import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import { startBroker } from '../src/index.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', bin, ...args])
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      child.emit('output')
    })
  const ended = once(child, 'close').then(() => child.exitCode)
  return { child, output: () => output, ended }
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
  it('says where it listens and that it keeps everything in memory, and ends with 0 on Ctrl-C', async () => {
    const program = run('--port', '0', '--verbose')
    const [, url = ''] = await printed(program, /Listening on (\S+)/)
    await printed(program, /Everything is in memory/)
    const connection = await amqp.connect(url)
    connection.on('error', () => {})
    await printed(program, /connection 1 opened by guest/)
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  })

  it('says in one line that the port is taken, and ends with 1', async () => {
    await using broker = await startBroker()
    const program = run('--port', `${broker.port}`)
    expect(await program.ended).toBe(1)
    expect(program.output()).toBe(
      `Cannot start: port ${broker.port} on 127.0.0.1 is taken; --port chooses another\n`,
    )
  })

  it('shows its usage where it does not understand', async () => {
    const program = run('--nonsense')
    expect(await program.ended).toBe(1)
    expect(program.output()).toMatch(/Usage: messaging-patterns-broker/)
  })
})
