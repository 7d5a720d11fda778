import { PGlite, type Transaction } from '@electric-sql/pglite'
import { Pool, type ClientBase } from 'pg'

import { DatabaseUnavailable, type Database, type Queries } from './database.ts'
import { createTables } from './tables.ts'

/** Opens the database of a DATABASE_URL, and creates its tables if there are none. */
export async function openDatabase(url: string): Promise<Database> {
  const database = url.startsWith('pglite:') ? await openPglite(url.slice(7)) : openPostgres(url)
  try {
    await createTables(database)
    return database
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
}

async function openPglite(folder: string): Promise<Database> {
  const database = await PGlite.create(folder === 'memory' ? {} : { dataDir: folder })
  return {
    ...queriesOf(database),
    transaction: (work) => database.transaction((transaction) => work(queriesOf(transaction))),
    [Symbol.asyncDispose]: () => database.close(),
  }
}

function openPostgres(url: string): Database {
  const pool = new Pool({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    // A server can be there and not answer, for example while its machine is paused.
    query_timeout: 10_000,
    // Such a server does not close a connection either, and that must not keep the process alive.
    allowExitOnIdle: true,
  })
  // An idle connection that is lost. The pool opens another one when it is needed.
  pool.on('error', () => {})
  return {
    query: (sql, values) => explained(() => queriesOf(pool).query(sql, values)),
    transaction: (work) => explained(() => transact(pool, work)),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

async function transact<T>(pool: Pool, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  const onError = (): void => void (broken = true)
  client.on('error', onError)
  try {
    await client.query('begin')
    const result = await work(queriesOf(client))
    await client.query('commit')
    return result
  } catch (error) {
    // A broken connection does not answer, and its server rolls back by itself.
    if (isUnavailable(error)) broken = true
    else await client.query('rollback').catch(onError)
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

function queriesOf(connection: Pick<Transaction, 'query'> | Pick<ClientBase, 'query'>): Queries {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const { rows } = await (connection as Pick<Transaction, 'query'>).query<Row>(sql, [...values])
      return rows
    },
  }
}

/** Tells the errors that pass from those that do not. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUnavailable(error)) throw error
    throw new DatabaseUnavailable(
      `the database cannot be reached: ${error.message}; start it, or set DATABASE_URL`,
      { cause: error },
    )
  }
}

/** Connection errors of the system and of PostgreSQL, and a server that is full, starting or stopping. */
function isUnavailable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)$/.test(code) ||
    // While a container is stopped, its host name or the route to it may be gone.
    /^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
    /^(08...|53300|57P0.)$/.test(code) ||
    /connection terminated|encountered a connection error/i.test(error.message) ||
    /query read timeout|timeout exceeded when trying to connect/i.test(error.message)
  )
}
