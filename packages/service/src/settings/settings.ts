import { z } from 'zod'

import { roleNames, type RoleName } from '../roles/role-names.ts'
import { levels, type Level } from '../logs/log.ts'
import { pgliteScheme } from '../storage/open-database.ts'
import type { TraceSettings } from '../traces/settings.ts'

/** How this process runs. */
export interface Settings {
  readonly databaseUrl: string
  /** Undefined: the broker runs inside this process. */
  readonly amqpUrl: string | undefined
  readonly host: string
  readonly port: number
  readonly roles: readonly RoleName[]
  /** Whether exchange, queues and bindings are declared, or exist: see definitions.json. */
  readonly topology: 'declare' | 'existing'
  readonly traces: TraceSettings
  readonly log: { readonly level: Level; readonly format: 'json' | 'text' | undefined }
}

/** The environment does not say how to run. The message is for the person who started the program. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings'
}

const databaseUrl = z
  .string()
  .regex(/^(pglite:.+|postgres(ql)?:\/\/.+)/)
  .default(`${pgliteScheme}.data`)
const roles = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(roleNames)).min(1))

/** Each variable: how it is read, and what it must look like. */
const variables = {
  DATABASE_URL: {
    schema: databaseUrl,
    expected:
      'postgres://USER:PASSWORD@HOST/DATABASE, pglite:FOLDER or pglite:memory (default: pglite:.data)',
  },
  AMQP_URL: {
    schema: z
      .string()
      .regex(/^amqps?:\/\/.+/)
      .optional(),
    expected: 'amqp://USER:PASSWORD@HOST/VHOST (default: a broker inside this process)',
  },
  HOST: { schema: z.string().min(1).default('127.0.0.1'), expected: 'an address to listen on' },
  PORT: {
    schema: z.string().regex(/^\d+$/).transform(Number).pipe(z.int().max(65_535)).default(3000),
    expected: 'a number from 0 to 65535, where 0 chooses a free port (default: 3000)',
  },
  ROLES: {
    schema: roles.default([...roleNames]),
    expected: `some of ${roleNames.join(',')} (default: all)`,
  },
  TOPOLOGY: {
    schema: z.enum(['declare', 'existing']).default('declare'),
    expected: 'declare, or existing if queues and bindings were imported (default: declare)',
  },
  TRACES: {
    schema: z.literal('memory').optional(),
    expected: 'memory, to keep the last traces in this process (default: none are recorded)',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    expected: 'the URL of a collector, such as http://localhost:4318',
  },
  LOG_LEVEL: {
    schema: z.enum(levels).default('info'),
    expected: `one of ${levels.join(', ')} (default: info)`,
  },
  LOG_FORMAT: {
    schema: z.enum(['json', 'text']).optional(),
    expected: 'json or text (default: text in a terminal, else json)',
  },
} as const

type Environment = Readonly<Record<string, string | undefined>>

/** Throws {@link InvalidSettings} with one line for each variable that is wrong. */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = []
  const read = <Value>(
    name: keyof typeof variables,
    schema: z.ZodType<Value>,
  ): Value | undefined => {
    // In a shell, a variable is often emptied instead of unset.
    const given = environment[name] === '' ? undefined : environment[name]
    const { success, data } = schema.safeParse(given)
    if (!success)
      problems.push(
        `${name} is "${maskPassword(given ?? '')}"; expected: ${variables[name].expected}`,
      )
    return data
  }
  const settings = {
    databaseUrl: read('DATABASE_URL', variables.DATABASE_URL.schema) ?? '',
    amqpUrl: read('AMQP_URL', variables.AMQP_URL.schema),
    host: read('HOST', variables.HOST.schema) ?? '',
    port: read('PORT', variables.PORT.schema) ?? 0,
    roles: read('ROLES', variables.ROLES.schema) ?? [],
    topology: read('TOPOLOGY', variables.TOPOLOGY.schema) ?? 'declare',
    traces: {
      keep: read('TRACES', variables.TRACES.schema) === 'memory',
      endpoint: read('OTEL_EXPORTER_OTLP_ENDPOINT', variables.OTEL_EXPORTER_OTLP_ENDPOINT.schema),
    },
    log: {
      level: read('LOG_LEVEL', variables.LOG_LEVEL.schema) ?? 'info',
      format: read('LOG_FORMAT', variables.LOG_FORMAT.schema),
    },
  }
  if (problems.length === 0) problems.push(...contradictions(settings))
  if (problems.length > 0) throw new InvalidSettings(problems.join('\n'))
  return settings
}

function contradictions(settings: Settings): string[] {
  return [...sharedParts(settings), ...importedParts(settings)]
}

/** A broker inside this process starts without queues. */
function importedParts({ topology, amqpUrl }: Settings): string[] {
  if (topology === 'declare' || amqpUrl !== undefined) return []
  return [
    'TOPOLOGY is "existing", but the broker inside this process starts empty; set AMQP_URL to the broker into which definitions.json was imported, or unset TOPOLOGY',
  ]
}

/** A database or a broker inside this process can only be used by this process. */
function sharedParts({ roles: chosen, databaseUrl: url, amqpUrl }: Settings): string[] {
  const missing = roleNames.filter((name) => !chosen.includes(name))
  if (missing.length === 0) return []
  const elsewhere = `ROLES leaves out ${missing.join(',')}, which must run in another process`
  return [
    ...(url.startsWith(pgliteScheme)
      ? [`${elsewhere}; set DATABASE_URL to a PostgreSQL server that both can reach`]
      : []),
    ...(amqpUrl === undefined
      ? [`${elsewhere}; set AMQP_URL to a broker that both can reach`]
      : []),
  ]
}

function maskPassword(text: string): string {
  return text.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:***@')
}
