import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort, Program } from '@messaging-patterns/testkit'

import type { Broker } from './broker.ts'

/** The version of Redis on this machine; undefined if it is not installed. */
export function redisVersion(): string | undefined {
  const { stdout, error } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  return error === undefined ? /v=(\S+)/.exec(stdout)?.[1] : undefined
}

/** Starts Redis on a free port, with its data in a folder that is deleted afterward. */
export async function startRedis(options: readonly string[]): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-redis-'))
  const port = await freePort()
  const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder]
  const program = new Program(['redis-server'], [...where, ...options])
  const dispose = async (): Promise<void> => {
    await program[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await program.says(/Ready to accept connections/)
  } catch (error) {
    await dispose()
    throw error
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    title: 'Redis',
    version: redisVersion() ?? '',
    pid: program.pid,
    [Symbol.asyncDispose]: dispose,
  }
}
