import { z } from 'zod'

/** How the service runs. */
export interface Settings {
  readonly databaseUrl: string
  /** Undefined: the broker runs inside this process. */
  readonly amqpUrl: string | undefined
  readonly host: string
  readonly port: number
}

/** Each variable: how it is read, and what it must look like. */
const variables = {
  DATABASE_URL: {
    schema: z
      .string()
      .regex(/^(pglite:.+|postgres(ql)?:\/\/.+)/)
      .default('pglite:.data'),
    expected: 'postgres://USER:PASSWORD@HOST/DATABASE, pglite:FOLDER or pglite:memory',
  },
  AMQP_URL: {
    schema: z
      .string()
      .regex(/^amqps?:\/\/.+/)
      .optional(),
    expected: 'amqp://USER:PASSWORD@HOST/VHOST (default: a broker inside this process)',
  },
  HOST: { schema: z.string().default('127.0.0.1'), expected: 'an address to listen on' },
  PORT: {
    schema: z.string().regex(/^\d+$/).transform(Number).pipe(z.int().max(65_535)).default(3000),
    expected: 'a number from 0 to 65535, where 0 chooses a free port',
  },
} as const

/** Throws one error that names each variable that is wrong. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = []
  const read = <Value>(
    name: keyof typeof variables,
    schema: z.ZodType<Value>,
  ): Value | undefined => {
    const { success, data } = schema.safeParse(environment[name])
    // The value is not repeated: it may contain a password.
    if (!success) problems.push(`${name} is wrong; expected: ${variables[name].expected}`)
    return data
  }
  const settings = {
    databaseUrl: read('DATABASE_URL', variables.DATABASE_URL.schema) ?? '',
    amqpUrl: read('AMQP_URL', variables.AMQP_URL.schema),
    host: read('HOST', variables.HOST.schema) ?? '',
    port: read('PORT', variables.PORT.schema) ?? 0,
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return settings
}
