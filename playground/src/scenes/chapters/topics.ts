import type { Scene } from '../stage/scene.ts'

const consumer = {
  program: 'topics/consumer',
  ready: 'waiting for "',
  starts: 'at once',
} as const

/** Which patterns match a routing key, and that `#` also matches no word at all. */
export const topics: Scene = {
  id: 'topics',
  chapter: 5,
  title: 'Patterns choose messages by their keys',
  programs: [
    { id: 'kernel', name: 'kern.*', ...consumer, argv: ['kern.*'] },
    { id: 'critical', name: '*.critical', ...consumer, argv: ['*.critical'] },
    { id: 'everything', name: '#', ...consumer, argv: ['#'] },
    { id: 'kern-hash', name: 'kern.#', ...consumer, argv: ['kern.#'], starts: 'by a button' },
    {
      id: 'producer',
      name: 'producer',
      program: 'topics/producer',
      argv: ['kern.critical', 'Out of memory'],
      starts: 'by a button',
    },
  ],
  buttons: [
    publish('kern.critical', 'Out of memory'),
    publish('cron.critical', 'Backup failed'),
    publish('kern', 'No second word'),
    publish('kern.disk.full', 'Two words more'),
    { id: 'bind', label: 'Bind kern.#', actions: [{ type: 'run', program: 'kern-hash' }] },
  ],
  script: [
    { press: 'kern.critical' },
    { program: 'everything', prints: 'received', times: 1 },
    { press: 'kern' },
    { program: 'everything', prints: 'received', times: 2 },
    { press: 'bind' },
    { press: 'kern' },
    { press: 'kern.disk.full' },
    { press: 'cron.critical' },
    { program: 'everything', prints: 'received', times: 5 },
    { program: 'kern-hash', prints: 'received', times: 2 },
    { program: 'critical', prints: 'received', times: 2 },
  ],
  expected: {
    queues: {},
    deliveries: { kernel: 1, critical: 2, everything: 5, 'kern-hash': 2 },
  },
}

function publish(key: string, text: string): Scene['buttons'][number] {
  const action = { type: 'run', program: 'producer', argv: [key, text] } as const
  return { id: key, label: `Publish ${key}`, actions: [action] }
}
