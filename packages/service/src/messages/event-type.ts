import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/** A schema that validates, and that can be written as JSON Schema: zod's, ArkType's, Valibot's. */
export type Schema<Data> = StandardSchemaV1<unknown, Data> & StandardJSONSchemaV1<unknown, Data>

/** A version of an event that is no longer published, but may still be in a queue or a stream. */
export interface OldVersion<Data> {
  readonly schema: Schema<unknown>
  /** The data as the current version has it; undefined if it does not match the schema. */
  read(data: unknown): Promise<Result<Data>>
}

/** The data, or why it does not match its schema. */
export type Result<Data> = { readonly data: Data } | { readonly problem: string }

/** What an event contains: the current version, and the ones before it, by their numbers. */
export interface EventType<Data> {
  readonly version: number
  readonly schema: Schema<Data>
  readonly old: Readonly<Record<number, OldVersion<Data>>>
  readonly describe: string
}

/** An old version, and how its data becomes that of the current one. */
export function oldVersion<Old, Data>(
  schema: Schema<Old>,
  upgrade: (data: Old) => Data,
): OldVersion<Data> {
  return {
    schema,
    async read(data) {
      const result = await validate(schema, data)
      return 'data' in result ? { data: upgrade(result.data) } : result
    },
  }
}

/** The validated data, without properties that the schema does not have. */
export async function validate<Data>(schema: Schema<Data>, data: unknown): Promise<Result<Data>> {
  const result = await schema['~standard'].validate(data)
  if (result.issues === undefined) return { data: result.value }
  return { problem: result.issues.map(problemOf).join('; ') }
}

function problemOf({ message, path = [] }: StandardSchemaV1.Issue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
}
