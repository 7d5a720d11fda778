import { parseArgs } from 'node:util'

import type { Suite } from './suite.ts'
import { suites } from './suites.ts'

const usage = `pnpm conformance [NAME...] [--url URL]

Runs test suites that other projects wrote for RabbitMQ, each on a new embedded broker, and fails if
one passes fewer tests than it should. It installs their packages, which needs root on Debian 12.

  NAME   only the suites whose names start with this
  --url  run them on this broker instead

Suites:
${suites.map(({ name }) => `  ${name}`).join('\n')}
`

export interface Arguments {
  readonly wanted: readonly Suite[]
  readonly url: string | undefined
}

/** Parses the arguments. Exits after --help and after a usage error. */
export function parse(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { url: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    })
    if (values.help) {
      process.stdout.write(usage)
      process.exit(0)
    }
    return { wanted: select(positionals), url: values.url }
  } catch (error) {
    process.stderr.write(`${usage}\n${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}

function select(starts: readonly string[]): readonly Suite[] {
  if (starts.length === 0) return suites
  const wanted = suites.filter(({ name }) => starts.some((start) => name.startsWith(start)))
  if (wanted.length === 0)
    throw new Error(`no suite has a name that starts with ${starts.join(' or ')}`)
  return wanted
}
