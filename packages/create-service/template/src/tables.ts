import type { Database } from './database.ts'

const tables = [
  `create table orders (
    id uuid primary key,
    request_key text not null unique,
    customer text not null,
    amount integer not null
  )`,
  `create table invoices (
    number bigserial primary key,
    order_id uuid not null,
    text text not null
  )`,
  // Events to publish. The relay marks those that the broker has confirmed.
  `create table outbox (
    position bigserial primary key,
    event jsonb not null,
    sent_at timestamptz
  )`,
  `create index outbox_unsent on outbox (position) where sent_at is null`,
  // Events that a consumer has handled.
  `create table inbox (
    consumer text not null,
    event_id uuid not null,
    primary key (consumer, event_id)
  )`,
]

/** Creates the tables, all or none. Use a migration tool when you change them. */
export async function createTables(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock(5672)')
    const [row] = await transaction.query<{ found: boolean }>(
      "select to_regclass('outbox') is not null as found",
    )
    if (row?.found === true) return
    for (const table of tables) await transaction.query(table)
  })
}
