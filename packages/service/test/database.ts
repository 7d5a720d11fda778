import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Pool } from 'pg'

import { openPglite } from '../src/storage/pglite.ts'

/** An empty database for a test. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string
}

/** The server on which tests create databases. Without one, they use PGlite. */
export const serverUrl = nonempty(process.env['DATABASE_URL'])

function nonempty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** A new database on the server of DATABASE_URL, else PGlite in a folder. */
export async function testDatabase(): Promise<TestDatabase> {
  return serverUrl === undefined ? pglite() : postgres(serverUrl)
}

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const cache = join(modules, '.cache')

/**
 * A folder with an empty database. Creating one takes PGlite seconds of CPU time, so it is done once for
 * each release of it, and copied. Test files that do it at the same time do not get in each other's way.
 */
async function template(): Promise<string> {
  const manifest = await readFile(join(modules, '@electric-sql/pglite/package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  const folder = join(cache, `empty-database-${version}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const mine = await mkdtemp(join(cache, 'new-'))
  const database = await openPglite(mine)
  await database[Symbol.asyncDispose]()
  await rename(mine, folder).catch(() => rm(mine, { recursive: true }))
  return folder
}

async function pglite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'service-'))
  await cp(await template(), folder, { recursive: true })
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
  url.port ||= '5432'
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => run(`drop database ${name} with (force)`),
  }
}
