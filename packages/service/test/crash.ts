import { waitFor } from '@messaging-patterns/testkit'

import { openPostgres } from '../src/storage/postgres.ts'

/**
 * Crashes a PostgreSQL server: when one of its processes dies, it ends all others, and recovers from its
 * log. A superuser can kill one by SQL, so it works on any server, also in a container.
 */
export async function crash(url: string): Promise<void> {
  const startedAt = (): Promise<string> =>
    ask(
      url,
      "select backend_start::text as text from pg_stat_activity where backend_type = 'checkpointer'",
    )
  const before = await startedAt()
  await ask(
    url,
    `do $$ begin execute format('copy (select 1) to program %L', 'kill -9 ' || pg_backend_pid()); end $$`,
  ).catch(() => {})
  await waitFor('the recovered database', async () => (await startedAt()) !== before)
}

async function ask(url: string, sql: string): Promise<string> {
  await using database = openPostgres(url)
  const [row] = await database.query<{ text: string }>(sql)
  return row?.text ?? ''
}
