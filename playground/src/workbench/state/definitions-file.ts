import {
  contentOf,
  keyOf,
  vhostsOf,
  withContent,
  type Content,
  type Definitions,
  type WorkbenchState,
} from './state.ts'

/** Reads a file of definitions. Throws if it is not one. */
export function definitionsIn(text: string): Definitions {
  const problem =
    'this is not a file of definitions: export one with rabbitmqctl export_definitions'
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(problem, { cause: error })
  }
  if (!isDefinitions(json)) throw new Error(problem)
  return json
}

function isDefinitions(json: unknown): json is Definitions {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false
  const lists = ['exchanges', 'queues', 'bindings', 'policies'].flatMap((name) => {
    const list: unknown = Reflect.get(json, name)
    return list === undefined ? [] : [list]
  })
  return (
    lists.length > 0 &&
    lists.every(
      (list) =>
        Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null),
    )
  )
}

/** Replaces the definitions. The programs stay. */
export function withDefinitions(state: WorkbenchState, definitions: Definitions): WorkbenchState {
  const [vhost = '/'] = vhostsOf(definitions)
  return { ...state, definitions, vhost }
}

/**
 * What an export writes: the definitions without what programs have deleted, and with what they have declared.
 * `exported` is what the broker has. Everything else stays as it was written.
 */
export function exportOf(state: WorkbenchState, exported: Partial<Content>): Definitions {
  const { exchanges, queues, bindings } = contentOf(state)
  // No broker exports its own exchanges, except RabbitMQ the one for its log.
  const own = exchanges.filter(({ name }) => name.startsWith('amq.'))
  return withContent(state, {
    exchanges: merged(exchanges, [...own, ...(exported.exchanges ?? [])], nameOf),
    queues: merged(queues, exported.queues ?? [], nameOf),
    bindings: merged(bindings, exported.bindings ?? [], keyOf),
  }).definitions
}

function merged<T>(
  wanted: readonly T[],
  existing: readonly T[],
  key: (item: T) => string,
): readonly T[] {
  const [are, were] = [new Set(existing.map(key)), new Set(wanted.map(key))]
  return [
    ...wanted.filter((item) => are.has(key(item))),
    ...existing.filter((item) => !were.has(key(item))),
  ]
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}
