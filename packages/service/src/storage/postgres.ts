import { Pool, type ClientBase } from 'pg'

import { DatabaseUnavailable, type Database, type Queries } from './database.ts'

/** A PostgreSQL server, with a pool of connections. */
export function openPostgres(url: string): Database {
  const pool = new Pool({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    // A server can be there and not answer, for example while its machine is paused.
    query_timeout: 10_000,
    // Such a server does not close a connection either, and that must not keep the process alive.
    allowExitOnIdle: true,
  })
  // An idle connection that is lost. The pool opens another one when it is needed.
  pool.on('error', ignore)
  return {
    query: (sql, values) => explained(async () => queriesOf(pool).query(sql, values)),
    transaction: (work) => explained(() => transact(pool, work)),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

const ignore = (): void => {}

async function transact<T>(pool: Pool, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // While it is checked out, a connection that is lost also emits the error that its query rejects with.
  client.on('error', ignore)
  let broken = false
  try {
    await client.query('begin')
    const result = await work(queriesOf(client))
    await client.query('commit')
    return result
  } catch (error) {
    // A broken connection does not answer, and its server rolls back by itself.
    if (isUnavailable(error)) broken = true
    else
      await client.query('rollback').catch(() => {
        broken = true
      })
    throw error
  } finally {
    client.off('error', ignore)
    client.release(broken)
  }
}

function queriesOf(connection: Pick<ClientBase, 'query'>): Queries {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const { rows } = await connection.query<Row>(sql, [...values])
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
      {
        cause: error,
      },
    )
  }
}

/** Connection errors of the system and of PostgreSQL, and a server that is full, starting or stopping. */
export function isUnavailable(error: unknown): error is Error {
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
