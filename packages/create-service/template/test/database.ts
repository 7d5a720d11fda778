import { randomUUID } from 'node:crypto'

import { Pool } from 'pg'

import type { Database } from '../src/database.ts'
import { openDatabase } from '../src/open-database.ts'

const server = process.env['DATABASE_URL']

/** An empty database for a test file: on the server of DATABASE_URL, or else in memory. */
export async function testDatabase(): Promise<Database> {
  if (server === undefined) return openDatabase('pglite:memory')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const run = async (sql: string): Promise<void> => {
    const pool = new Pool({ connectionString: server, max: 1 })
    await pool.query(sql)
    await pool.end()
  }
  await run(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const database = await openDatabase(url.href)
  return {
    query: (sql, values) => database.query(sql, values),
    transaction: (work) => database.transaction(work),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await run(`drop database ${name} with (force)`)
    },
  }
}
