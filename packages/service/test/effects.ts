import { consumers } from '../src/roles/consumers.ts'
import type { Queries } from '../src/storage/database.ts'

/** The tables that the ledger counts, and those without an effect. */
const known = [
  'orders',
  'sagas',
  'payments',
  'products',
  'reservations',
  'mails',
  'tracking',
  'outbox',
  'inbox',
]

/** A table of a consumer that was added, with the columns that have the same values for equal orders. */
interface AddedTable {
  readonly name: string
  readonly hasOrder: boolean
  readonly columns: readonly string[]
}

/** Columns that the database fills in itself, and times, are different in each row. */
async function addedTables(database: Queries): Promise<readonly AddedTable[]> {
  return database.query<AddedTable>(
    `select table_name as name, bool_or(column_name = 'order_id') as "hasOrder",
       coalesce(array_agg(column_name::text) filter (where column_name <> 'order_id'
         and column_default is null and is_identity = 'NO' and data_type not like 'timestamp%'), '{}') as columns
     from information_schema.columns
     where table_schema = 'public' and table_name <> all($1::text[])
     group by table_name order by table_name`,
    [known],
  )
}

/**
 * What is wrong in the tables of added consumers. Orders of the same product and quantity are equal, so a consumer
 * must have done the same for each of them: a doubled effect is one that differs. Orders of which an event
 * still waits in a queue are left out.
 */
export async function wrongEffects(database: Queries): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const { name, hasOrder, columns } of await addedTables(database)) {
    if (!hasOrder) {
      wrong.push(`${name} has no column order_id; count its rows in test/ledger.ts`)
      continue
    }
    const kinds = await database.query<{ sku: string; effects: readonly unknown[] }>(
      `with waiting as (
         select (event->>'orderId')::uuid as order_id
         from outbox join unnest($1::text[], $2::text[]) as consumed (consumer, name)
           on event->>'name' = consumed.name
         where (consumed.consumer, event_id) not in (select consumer, event_id from inbox)
       ), rows_of as (
         select order_id, jsonb_agg(to_jsonb(each) - 'order_id' order by to_jsonb(each) - 'order_id') as effect
         from (select ${['order_id', ...columns].map((column) => `"${column}"`).join(', ')} from "${name}") as each
         group by order_id
       )
       select sku, jsonb_agg(distinct coalesce(effect, '[]')) as effects
       from orders left join rows_of on rows_of.order_id = orders.id
       where orders.id not in (select order_id from waiting)
       group by sku, quantity having count(distinct coalesce(effect, '[]')) > 1`,
      [consumed.map(({ consumer }) => consumer), consumed.map(({ event }) => event)],
    )
    for (const { sku, effects } of kinds)
      wrong.push(`${name} differs between orders of ${sku}: ${JSON.stringify(effects)}`)
  }
  return wrong
}

const consumed = consumers.flatMap(({ name: consumer, events }) =>
  events.map((event) => ({ consumer, event })),
)
