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
  caption:
    '`*` matches exactly one word. `#` matches any number of words, even none: alone it matches every key, and `kern.#` also matches `kern`. But `kern.*` misses `kern`, which has no second word, and `kern.disk.full`, which has three words.',
  programs: [
    { id: 'kernel', name: 'kern.*', ...consumer, argv: ['kern.*'] },
    { id: 'kern-hash', name: 'kern.#', ...consumer, argv: ['kern.#'] },
    { id: 'critical', name: '*.critical', ...consumer, argv: ['*.critical'] },
    { id: 'everything', name: '#', ...consumer, argv: ['#'] },
    {
      id: 'producer',
      name: 'producer',
      program: 'topics/producer',
      argv: ['kern', 'No second word'],
      starts: 'by a button',
    },
  ],
  buttons: [
    publish('kern', 'No second word'),
    publish('kern.critical', 'Out of memory'),
    publish('kern.disk.full', 'Two more words'),
    publish('cron.critical', 'Backup failed'),
  ],
  script: [
    { press: 'kern' },
    { program: 'kern-hash', prints: 'received' },
    { program: 'everything', prints: 'received' },
    { press: 'kern.critical' },
    { press: 'kern.disk.full' },
    { press: 'cron.critical' },
    { program: 'everything', prints: 'received', times: 4 },
    { program: 'kern-hash', prints: 'received', times: 3 },
    { program: 'critical', prints: 'received', times: 2 },
    { program: 'kernel', prints: 'received' },
  ],
  expected: {
    queues: {},
    deliveries: { kernel: 1, 'kern-hash': 3, critical: 2, everything: 4 },
  },
}

function publish(key: string, text: string): Scene['buttons'][number] {
  const action = { type: 'run', program: 'producer', argv: [key, text] } as const
  return { id: key, label: `Publish ${key}`, actions: [action] }
}
