type Constructor = abstract new (...args: never[]) => object
type NodeCallback = (error: unknown, value?: unknown) => void

export function inspect(value: unknown): string {
  if (value instanceof Error) return value.stack ?? String(value)
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value)
}

function formatted(placeholder: string, value: unknown): string {
  switch (placeholder) {
    case '%s':
      return typeof value === 'string' ? value : inspect(value)
    case '%d':
    case '%f':
      return String(Number(value))
    case '%i':
      return String(Math.trunc(Number(value)))
    case '%j':
      return JSON.stringify(value)
    case '%c':
      return ''
    default:
      return inspect(value)
  }
}

/** Like Node's: replaces %s and so on in the first argument, and appends the others. */
export function format(first?: unknown, ...values: readonly unknown[]): string {
  if (typeof first !== 'string') return [first, ...values].map(shown).join(' ')
  let next = 0
  const text = first.replaceAll(/%[sdifjoOc%]/g, (placeholder) => {
    if (placeholder === '%%') return '%'
    if (next >= values.length) return placeholder
    const value = values[next]
    next += 1
    return formatted(placeholder, value)
  })
  return [text, ...values.slice(next).map(shown)].join(' ')
}

export function inherits(child: Constructor, parent: Constructor): void {
  Object.setPrototypeOf(child.prototype, parent.prototype)
}

export function promisify(
  run: (...args: unknown[]) => void,
): (...args: readonly unknown[]) => Promise<unknown> {
  return (...args) =>
    new Promise((resolve, reject) => {
      const done: NodeCallback = (error, value) => {
        if (error === null || error === undefined) resolve(value)
        else reject(error instanceof Error ? error : new Error(inspect(error)))
      }
      run(...args, done)
    })
}

/** The terminals of the page have no colors. */
export function styleText(_format: unknown, text: string): string {
  return text
}

export function isDeepStrictEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  const [entries, others] = [Object.entries(a), new Map<string, unknown>(Object.entries(b))]
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && isDeepStrictEqual(value, others.get(key)))
  )
}
