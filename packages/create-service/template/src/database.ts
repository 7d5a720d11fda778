/** Runs SQL. The placeholders are $1, $2 and so on. */
export interface Queries {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

/** PostgreSQL: a server, or PGlite inside this process. The SQL is the same. */
export interface Database extends Queries, AsyncDisposable {
  /** Commits when `work` resolves, and rolls back when it rejects. */
  transaction<T>(work: (transaction: Queries) => Promise<T>): Promise<T>
}

/** The database cannot be reached right now. The work was rolled back, and can be repeated later. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}
