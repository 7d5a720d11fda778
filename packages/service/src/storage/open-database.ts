import type { Database } from './database.ts'
import { openPostgres } from './postgres.ts'
import { createTables } from './tables.ts'

/** What a DATABASE_URL begins with when the database runs inside this process. */
export const pgliteScheme = 'pglite:'

/** Opens the database of a DATABASE_URL, and creates its tables if there are none. */
export async function openDatabase(url: string): Promise<Database> {
  const database = await open(url)
  try {
    await createTables(database)
    return database
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
}

async function open(url: string): Promise<Database> {
  if (!url.startsWith(pgliteScheme)) return openPostgres(url)
  // Its WebAssembly takes a quarter of a second to load, which a process with PostgreSQL need not spend.
  const { openPglite } = await import('./pglite.ts')
  const folder = url.slice(pgliteScheme.length)
  return folder === 'memory' ? openPglite() : openPglite(folder)
}
