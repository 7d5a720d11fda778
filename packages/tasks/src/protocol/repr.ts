/**
 * How Python would print a value: `'text'`, `None`, `[1, 2]`. Celery sends the arguments of a task like
 * this as well, for logs and for Flower, and shortens long ones.
 */
export function repr(value: unknown, longest = 1024): string {
  return shortened(full(value), longest)
}

/** The arguments as a Python tuple: `(2, 3)`, `(2,)`, `()`. */
export function reprTuple(values: readonly unknown[]): string {
  const [only] = values
  return shortened(values.length === 1 ? `(${full(only, 1)},)` : `(${joined(values, 1)})`, 1024)
}

function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text
}

/** Values that are nested deeper than this are left out, as in Celery. */
const deepest = 3

function full(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'object') return nested(value, depth)
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value
}

function nested(value: object, depth: number): string {
  if (Array.isArray(value)) return depth > deepest ? '[...]' : `[${joined(value, depth + 1)}]`
  return depth > deepest ? '{...}' : `{${table(value, depth + 1)}}`
}

function table(value: object, depth: number): string {
  const entries = Object.entries(value)
  return entries.map(([key, each]) => `${quoted(key)}: ${full(each, depth)}`).join(', ')
}

function joined(values: readonly unknown[], depth: number): string {
  return values.map((each) => full(each, depth)).join(', ')
}

function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
  return text.includes("'") && !text.includes('"')
    ? `"${escaped}"`
    : `'${escaped.replaceAll("'", String.raw`\'`)}'`
}
