import { plainArguments, type PlainOption } from './plain-arguments.ts'

/** A parser of yargs: all methods but the last one return it. */
type Parser = Record<string, (...args: readonly unknown[]) => unknown>

interface Call {
  readonly method: string
  readonly args: unknown[]
}

/**
 * Stands in for yargs, which would be more than a quarter of what all programs share. It remembers how a program
 * describes its command line. It reads plain arguments, as in the scenes, and leaves everything else to yargs,
 * also `--help` and mistakes; only then, yargs is loaded.
 */
// oxlint-disable-next-line import/no-default-export -- as in yargs
export default function yargs(): object {
  const calls: Call[] = []
  const parser: object = new Proxy(
    {},
    {
      get(_target, method: string) {
        if (method === 'parseAsync') return (argv: readonly string[]) => parse(calls, argv)
        return (...args: unknown[]) => {
          calls.push({ method, args })
          return parser
        }
      },
    },
  )
  return parser
}

async function parse(calls: readonly Call[], argv: readonly string[]): Promise<unknown> {
  return parsePlain(calls, argv) ?? (await parseWithYargs(calls, argv))
}

function parsePlain(calls: readonly Call[], argv: readonly string[]): unknown {
  const { args = [] } = calls.find(({ method }) => method === 'command') ?? {}
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what describes a command to yargs
  const [pattern, , describe] = args as [string, false, (builder: object) => void]
  const options = new Map<string, PlainOption>()
  const add = (name: string, option: PlainOption): object => {
    options.set(name, option)
    return builder
  }
  const builder = { option: add, positional: add }
  describe(builder)
  try {
    return plainArguments(pattern, options, argv)
  } catch {
    // A value that is wrong. yargs says which, and shows the help.
    return undefined
  }
}

async function parseWithYargs(calls: readonly Call[], argv: readonly string[]): Promise<unknown> {
  const address = new URL('yargs.js', import.meta.url).href
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the build makes this file
  const { default: create } = (await import(address)) as { readonly default: () => Parser }
  const parser = create()
  for (const { method, args } of calls) parser[method]?.(...args)
  return await parser['parseAsync']?.(argv)
}
