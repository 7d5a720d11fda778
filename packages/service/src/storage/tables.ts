import type { Database } from './database.ts'

const tables = [
  // What the customer asked for. It never changes; what became of it is in the other tables.
  `create table orders (
    id uuid primary key,
    request_key text not null unique,
    customer text not null,
    sku text not null,
    quantity integer not null,
    amount integer not null,
    placed_at timestamptz not null default now()
  )`,
  // How far each order has come: the state of its saga.
  `create table sagas (
    order_id uuid primary key references orders,
    state text not null,
    payment text not null,
    stock text not null,
    mail text not null
  )`,
  // Each role owns its tables, and reads no other role's.
  `create table payments (
    order_id uuid primary key,
    state text not null,
    amount integer not null
  )`,
  `create table products (
    sku text primary key,
    price integer not null,
    available integer not null check (available >= 0)
  )`,
  `create table reservations (
    order_id uuid primary key,
    state text not null,
    sku text not null,
    quantity integer not null
  )`,
  `create table mails (
    order_id uuid primary key,
    customer text not null,
    text text not null
  )`,
  `create table tracking (
    order_id uuid primary key,
    status text not null,
    events jsonb not null
  )`,
  // Events to publish. The relay marks those that the broker has confirmed.
  `create table outbox (
    position bigserial primary key,
    event_id uuid not null unique,
    event jsonb not null,
    sent_at timestamptz
  )`,
  `create index outbox_unsent on outbox (position) where sent_at is null`,
  // Events that a consumer has handled.
  `create table inbox (
    consumer text not null,
    event_id uuid not null,
    handled_at timestamptz not null default now(),
    primary key (consumer, event_id)
  )`,
  `insert into products (sku, price, available)
    values ('tea', 450, 1000000), ('desk', 25000, 1000000), ('vase', 3000, 0)`,
]

/**
 * Creates the tables, all of them or none. Processes that start at the same time wait for one another. If
 * the tables exist, it locks none of them, because other processes are working on them.
 */
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
