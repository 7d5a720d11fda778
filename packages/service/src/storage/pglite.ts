import { PGlite, type Transaction } from '@electric-sql/pglite'

import { inQuerySpan } from '../traces/spans.ts'
import type { Database, Queries } from './database.ts'

/**
 * PostgreSQL inside this process. It has one connection, so transactions run one after the other.
 * The folder belongs to one process at a time. Without a folder, everything is in memory.
 */
export async function openPglite(folder?: string): Promise<Database> {
  const database = await PGlite.create(folder === undefined ? {} : { dataDir: folder })
  return {
    ...queriesOf(database),
    transaction: (work) => database.transaction((transaction) => work(queriesOf(transaction))),
    [Symbol.asyncDispose]: () => database.close(),
  }
}

function queriesOf(connection: Pick<Transaction, 'query'>): Queries {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      const { rows } = await inQuerySpan(sql, () => connection.query<Row>(sql, [...values]))
      return rows
    },
  }
}
