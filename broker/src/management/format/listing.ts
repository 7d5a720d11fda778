import { ApiError, badRequest } from './api-error.ts'
import { isObject, type JsonObject } from './json-fields.ts'

/** The parameters of a query, by name. */
export interface Query {
  get(name: string): string | null
}

const defaultPageSize = 100
const largestPageSize = 500

const byName = ['vhost', 'name']

/**
 * A list as the query asks for it: sorted, and with some of the columns. `order` names the columns by
 * which it is sorted if the query does not say.
 */
export function listed(
  items: readonly JsonObject[],
  query: Query,
  order: readonly string[] = [],
): readonly unknown[] {
  return sorted(items, query, order).map((item) => withColumns(item, query))
}

/** Like `listed`; if the query names a page, only that page, with the number of all items. */
export function paged(items: readonly JsonObject[], query: Query): unknown {
  if (query.get('page') === null) return listed(items, query, byName)
  const page = pageNumber(query.get('page'))
  const size = query.get('page_size')
  const pageSize = size === null ? defaultPageSize : pageNumber(size)
  if (page < 1 || pageSize < 1 || pageSize > largestPageSize)
    throw new ApiError(
      400,
      'invalid_pagination_parameters',
      `Invalid pagination parameters: page number ${page}, page size ${size ?? 'undefined'}`,
    )
  const found = items.filter(nameFilter(query))
  const first = (page - 1) * pageSize
  if (first > found.length)
    throw new ApiError(
      400,
      'page_out_of_range',
      `Page out of range, page: ${page} page size: ${pageSize}, len: ${found.length}`,
    )
  const shown = sorted(found, query, byName).slice(first, first + pageSize)
  return {
    total_count: items.length,
    filtered_count: found.length,
    item_count: shown.length,
    page,
    page_size: pageSize,
    page_count: Math.ceil(found.length / pageSize),
    items: shown.map((item) => withColumns(item, query)),
  }
}

function pageNumber(text: string | null): number {
  if (text === null || !/^-?\d+$/.test(text)) throw badRequest('Pagination parameters are invalid')
  return Number(text)
}

function nameFilter(query: Query): (item: JsonObject) => boolean {
  const name = query.get('name') ?? ''
  if (name === '') return () => true
  if (query.get('use_regex') !== 'true') return (item) => String(item['name']).includes(name)
  const pattern = regExp(name)
  return (item) => pattern?.test(String(item['name'])) === true
}

function regExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'iu')
  } catch {
    return undefined
  }
}

function sorted(
  items: readonly JsonObject[],
  query: Query,
  order: readonly string[],
): readonly JsonObject[] {
  const column = query.get('sort') ?? ''
  const inOrder = items.toSorted(comparing(column === '' ? order : [column]))
  return query.get('sort_reverse') === 'true' ? inOrder.toReversed() : inOrder
}

function comparing(columns: readonly string[]): (a: JsonObject, b: JsonObject) => number {
  return (a, b) => {
    for (const column of columns) {
      const result = compare(valueAt(a, column), valueAt(b, column))
      if (result !== 0) return result
    }
    return 0
  }
}

/** Numbers come before texts, and absent values before both: the order of Erlang's terms. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a !== typeof b) return rank(a) - rank(b)
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : Number(left > right)
}

function rank(value: unknown): number {
  const order = ['undefined', 'number', 'boolean', 'string']
  return order.indexOf(typeof value)
}

function valueAt(item: JsonObject, column: string): unknown {
  return column
    .split('.')
    .reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), item)
}

/** The fields that the query asks for, if it asks: `columns=name,message_stats.publish`. */
export function withColumns(item: JsonObject, query: Query): unknown {
  const columns = query.get('columns') ?? ''
  if (columns === '') return item
  const chosen: Record<string, unknown> = {}
  for (const column of columns.split(',')) copyColumn(item, chosen, column.split('.'))
  // An object without fields is an empty list for RabbitMQ.
  return Object.keys(chosen).length === 0 ? [] : chosen
}

function copyColumn(from: JsonObject, to: Record<string, unknown>, path: readonly string[]): void {
  const [name = '', ...rest] = path
  const value = from[name]
  if (value === undefined) return
  if (rest.length === 0 || !isObject(value)) {
    to[name] = value
    return
  }
  const inner: Record<string, unknown> = isObject(to[name]) ? { ...to[name] } : {}
  copyColumn(value, inner, rest)
  if (Object.keys(inner).length > 0) to[name] = inner
}
