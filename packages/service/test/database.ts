import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Pool } from 'pg'

/** An empty database for a test. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string
}

/** The server on which tests create databases. Without one, they use PGlite. */
export const serverUrl = process.env['DATABASE_URL']

/** A new database on the server of DATABASE_URL, else PGlite in a folder. */
export async function testDatabase(): Promise<TestDatabase> {
  return serverUrl === undefined ? pglite() : postgres(serverUrl)
}

async function pglite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'service-'))
  return {
    url: `pglite:${folder}`,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

async function postgres(server: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const run = async (sql: string): Promise<void> => {
    const pool = new Pool({ connectionString: server, max: 1 })
    await pool.query(sql)
    await pool.end()
  }
  await run(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => run(`drop database ${name} with (force)`),
  }
}
