/** An option of yargs, with the properties that plain arguments need. */
export interface PlainOption {
  readonly type?: string
  readonly default?: unknown
  readonly choices?: readonly unknown[]
  readonly demandOption?: unknown
  readonly coerce?: (value: unknown) => unknown
}

export type PlainOptions = ReadonlyMap<string, PlainOption>

type Values = Record<string, unknown>

/** What is respected here, or makes no difference to an option that has a value. */
const understood = new Set([
  'type',
  'default',
  'choices',
  'demandOption',
  'coerce',
  'requiresArg',
  'describe',
])

/** What means only itself. yargs removes quotes, and takes an empty text for a missing one. */
const plain = /^[^-'"]/

/**
 * Reads arguments like `--work-ms 300 --quiet hello there`. Undefined if there is anything else, or a mistake:
 * then yargs has to read them.
 */
export function plainArguments(
  pattern: string,
  options: PlainOptions,
  argv: readonly string[],
): Values | undefined {
  const { named, words } = split(options, argv) ?? {}
  if (named === undefined || words === undefined) return undefined
  const positionals = positionalsOf(pattern, words)
  if (positionals === undefined || Object.keys(positionals).some((name) => name in named))
    return undefined
  return complete(options, { ...named, ...positionals })
}

/** Separates the values of options from the other words. */
function split(
  options: PlainOptions,
  argv: readonly string[],
): { readonly named: Values; readonly words: readonly string[] } | undefined {
  const named: Values = {}
  const words: string[] = []
  const rest = [...argv]
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    const [, name = ''] = /^--(.+)/.exec(next) ?? []
    const option = options.get(name)
    if (plain.test(next)) words.push(next)
    else if (option === undefined || name in named || !isUnderstood(option)) return undefined
    else if (option.type === 'boolean') named[name] = true
    else named[name] = rest.shift() ?? ''
  }
  // yargs takes `true` or `false` after an option for its value.
  const texts = [...words, ...Object.values(named).filter((value) => value !== true)]
  const arePlain = texts.every(
    (text) => plain.test(String(text)) && !/^(?:true|false)$/.test(String(text)),
  )
  return arePlain ? { named, words } : undefined
}

function isUnderstood(option: PlainOption): boolean {
  return Object.keys(option).every((property) => understood.has(property))
}

/** Gives words to the positional arguments: `<task> [args..]`. */
function positionalsOf(pattern: string, words: readonly string[]): Values | undefined {
  const values: Values = {}
  const rest = [...words]
  for (const [, bracket, name = '', dots] of pattern.matchAll(/([<[])([\w-]+)(\.\.)?/g)) {
    if (bracket === '<' && rest.length === 0) return undefined
    if (dots !== undefined) values[name] = rest.splice(0)
    else if (rest.length > 0) values[name] = rest.shift()
  }
  return rest.length === 0 ? values : undefined
}

/** Adds the defaults, and converts the values. */
function complete(options: PlainOptions, given: Values): Values | undefined {
  const values: Values = { ...given }
  for (const [name, option] of options) {
    const { choices, coerce, demandOption, default: otherwise } = option
    const isMissing = values[name] === undefined || isEmptyList(values[name])
    const value = isMissing ? (otherwise ?? values[name]) : values[name]
    if (value === undefined && demandOption === true) return undefined
    if (value === undefined) continue
    if (choices !== undefined && !choices.includes(value)) return undefined
    values[name] = coerce === undefined ? value : coerce(value)
  }
  return values
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
