import { emptyState, type QueueDefinition, type WorkbenchState } from './state/state.ts'

function queue(name: string, args: QueueDefinition['arguments'] = {}): QueueDefinition {
  const all = { 'x-queue-type': 'quorum', ...args }
  return { name, type: 'quorum', durable: true, auto_delete: false, arguments: all }
}

function exchange(name: string, type: string, args = {}) {
  return { name, type, durable: true, auto_delete: false, internal: false, arguments: args }
}

function binding(source: string, destination: string, key: string) {
  return {
    source,
    destination,
    destination_type: 'queue',
    routing_key: key,
    arguments: {},
  } as const
}

/** What a reader can begin with instead of nothing. */
export const examples: readonly { readonly title: string; readonly state: WorkbenchState }[] = [
  {
    title: 'Topics, with a queue for unrouted messages',
    state: {
      ...emptyState,
      definitions: {
        exchanges: [
          exchange('orders', 'topic', { 'alternate-exchange': 'unrouted' }),
          exchange('unrouted', 'fanout'),
        ],
        queues: [queue('bakery'), queue('cafe'), queue('nobody')],
        bindings: [
          binding('orders', 'bakery', 'bread.#'),
          binding('orders', 'cafe', '*.express'),
          binding('unrouted', 'nobody', ''),
        ],
      },
    },
  },
  {
    title: 'Messages that expire and come back',
    state: {
      ...emptyState,
      definitions: {
        exchanges: [exchange('work', 'direct'), exchange('later', 'direct')],
        queues: [
          queue('tasks', { 'x-dead-letter-exchange': 'later' }),
          queue('wait-5s', { 'x-message-ttl': 5000, 'x-dead-letter-exchange': 'work' }),
        ],
        bindings: [binding('work', 'tasks', 'task'), binding('later', 'wait-5s', 'task')],
      },
    },
  },
  {
    title: 'A producer and two workers',
    state: {
      ...emptyState,
      programs: [
        {
          id: 'p1',
          name: 'producer',
          program: 'work-queues/producer',
          argv: ['a...', 'b.', 'c..'],
        },
        { id: 'p2', name: 'worker 1', program: 'work-queues/consumer', argv: [] },
        { id: 'p3', name: 'worker 2', program: 'work-queues/consumer', argv: [] },
      ],
    },
  },
]
