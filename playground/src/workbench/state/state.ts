/**
 * Everything that the reader has made, as plain data. The page is drawn from it, a link carries it, and undo goes
 * back to an earlier one. What programs do, such as the queues that they declare, is not in it.
 */
export interface WorkbenchState {
  readonly version: 1
  /** A file of definitions, as RabbitMQ exports it; complete, so that an export loses nothing. */
  readonly definitions: Definitions
  /** Which virtual host of the definitions is on the broker. */
  readonly vhost: string
  readonly programs: readonly ProgramState[]
}

export interface ProgramState {
  /** `p1` */
  readonly id: string
  readonly name: string
  /** `work-queues/consumer`, or `own/producer`. */
  readonly program: string
  readonly argv: readonly string[]
  /** Its code; undefined for a program as it is in the lesson. */
  readonly source?: string
}

/** The lists that the workbench looks into. A file has more of them. */
export interface Definitions {
  readonly exchanges?: readonly ExchangeDefinition[]
  readonly queues?: readonly QueueDefinition[]
  readonly bindings?: readonly BindingDefinition[]
  readonly policies?: readonly PolicyDefinition[]
  readonly [list: string]: unknown
}

type Arguments = Readonly<Record<string, unknown>>

interface InVhost {
  /** Missing in a file about a single virtual host. */
  readonly vhost?: string
}

export interface ExchangeDefinition extends InVhost {
  readonly name: string
  readonly type: string
  readonly durable: boolean
  readonly auto_delete: boolean
  readonly internal: boolean
  readonly arguments: Arguments
}

export interface QueueDefinition extends InVhost {
  readonly name: string
  readonly type?: string
  readonly durable: boolean
  readonly auto_delete: boolean
  readonly arguments: Arguments
}

export interface BindingDefinition extends InVhost {
  readonly source: string
  readonly destination: string
  readonly destination_type: 'queue' | 'exchange'
  readonly routing_key: string
  readonly arguments: Arguments
}

export interface PolicyDefinition extends InVhost {
  readonly name: string
  readonly [field: string]: unknown
}

export const emptyState: WorkbenchState = {
  version: 1,
  definitions: {},
  vhost: '/',
  programs: [],
}

/** The lists of what is on the broker. */
export type Content = {
  readonly exchanges: readonly ExchangeDefinition[]
  readonly queues: readonly QueueDefinition[]
  readonly bindings: readonly BindingDefinition[]
  readonly policies: readonly PolicyDefinition[]
}

/** What the definitions say about the virtual host that is shown. */
export function contentOf({ definitions, vhost }: WorkbenchState): Content {
  const isShown = (item: InVhost): boolean => item.vhost === undefined || item.vhost === vhost
  const { exchanges = [], queues = [], bindings = [], policies = [] } = definitions
  return {
    exchanges: exchanges.filter(isShown),
    queues: queues.filter(isShown),
    bindings: bindings.filter(isShown),
    policies: policies.filter(isShown),
  }
}

/** Replaces lists of the virtual host that is shown, and leaves alone what is about others. */
export function withContent(state: WorkbenchState, content: Partial<Content>): WorkbenchState {
  const { definitions, vhost } = state
  const isSingle = definitions['rabbitmq_definition_format'] === 'single_virtual_host'
  const lists = Object.entries(content).map(([name, items]) => {
    const others = listOf(definitions, name).filter(
      (item) => item.vhost !== undefined && item.vhost !== vhost,
    )
    return [name, [...others, ...items.map((item) => (isSingle ? item : { ...item, vhost }))]]
  })
  return { ...state, definitions: { ...definitions, ...Object.fromEntries(lists) } }
}

function listOf(definitions: Definitions, name: string): readonly InVhost[] {
  const list = definitions[name]
  return Array.isArray(list) ? list : []
}

/** The virtual hosts that a file has something in. */
export function vhostsOf(definitions: Definitions): readonly string[] {
  const { exchanges = [], queues = [], bindings = [] } = definitions
  const named = [...exchanges, ...queues, ...bindings].map(({ vhost = '/' }) => vhost)
  return named.length === 0 ? ['/'] : Array.from(new Set(named))
}

export function isSameBinding(a: BindingDefinition, b: BindingDefinition): boolean {
  return keyOf(a) === keyOf(b)
}

/** What tells a binding apart from others. */
export function keyOf(binding: BindingDefinition): string {
  const { source, destination, destination_type: type, routing_key: key } = binding
  return JSON.stringify([source, type, destination, key, sorted(binding.arguments)])
}

/** The same as JSON, whatever the order of its fields. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => [name, sorted(each)] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
