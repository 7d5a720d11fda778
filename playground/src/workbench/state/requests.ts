import type { ManagementRequest } from '@messaging-patterns/broker'

import {
  contentOf,
  keyOf,
  sorted,
  type BindingDefinition,
  type Content,
  type WorkbenchState,
} from './state.ts'

/** The virtual host of the broker in the page, whatever its name is in the definitions. */
const vhost = '%2F'

/** The address of the definitions: GET exports them, POST imports some. */
export const definitionsPath = `/api/definitions/${vhost}`

export function exchangePath(name: string): string {
  return `/api/exchanges/${vhost}/${encodeURIComponent(name === '' ? 'amq.default' : name)}`
}

export function queuePath(name: string): string {
  return `/api/queues/${vhost}/${encodeURIComponent(name)}`
}

export function policyPath(name: string): string {
  return `/api/policies/${vhost}/${encodeURIComponent(name)}`
}

/** The address of all bindings between two ends. */
export function bindingPath(binding: BindingDefinition): string {
  const { source, destination, destination_type: type } = binding
  const kind = type === 'queue' ? 'q' : 'e'
  return `/api/bindings/${vhost}/e/${encodeURIComponent(source)}/${kind}/${encodeURIComponent(destination)}`
}

/** What has to go before the broker can have the next state: what is not in it, or not the same in it. */
export interface Removals {
  readonly paths: readonly string[]
  readonly bindings: readonly BindingDefinition[]
}

/** What has one of the keys in `stays` does not have to go. */
export function removalsBetween(
  before: WorkbenchState,
  after: WorkbenchState,
  stays: ReadonlySet<string>,
): Removals {
  const [from, to] = [contentOf(before), contentOf(after)]
  const exchanges = changed(from.exchanges, to.exchanges).filter(
    (name) => !stays.has(exchangePath(name)),
  )
  const queues = changed(from.queues, to.queues).filter((name) => !stays.has(queuePath(name)))
  const policies = changed(from.policies, to.policies)
  const kept = new Set(to.bindings.map(keyOf))
  const goes = ({ source, destination, destination_type: type }: BindingDefinition): boolean =>
    exchanges.includes(source) || (type === 'queue' ? queues : exchanges).includes(destination)
  return {
    paths: [...queues.map(queuePath), ...exchanges.map(exchangePath), ...policies.map(policyPath)],
    // A binding goes with either of its ends.
    bindings: from.bindings.filter(
      (binding) => !kept.has(keyOf(binding)) && !stays.has(keyOf(binding)) && !goes(binding),
    ),
  }
}

/** Tells apart what programs can also have made: exchanges, queues and bindings. */
export function keysOf({ exchanges = [], queues = [], bindings = [] }: Partial<Content>): string[] {
  return [
    ...exchanges.map(({ name }) => exchangePath(name)),
    ...queues.map(({ name }) => queuePath(name)),
    ...bindings.map(keyOf),
  ]
}

/** The address of everything of a kind, also of what is not durable, which an export leaves out. */
export function listPath(kind: 'exchanges' | 'queues' | 'bindings'): string {
  return `/api/${kind}/${vhost}`
}

/** Creates what a state has and the broker does not. */
export function importOf(state: WorkbenchState): ManagementRequest {
  return { method: 'POST', path: definitionsPath, body: contentOf(state) }
}

interface Named {
  readonly name: string
}

/** The names of what is missing or different in another list. */
function changed(from: readonly Named[], to: readonly Named[]): readonly string[] {
  const same = new Set(to.map((each) => JSON.stringify(sorted(each))))
  return from.filter((each) => !same.has(JSON.stringify(sorted(each)))).map(({ name }) => name)
}
