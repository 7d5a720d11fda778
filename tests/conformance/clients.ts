import { fileURLToPath } from 'node:url'

import { fetchPackage } from './npm.ts'
import { readTap } from './score.ts'
import type { Suite } from './suite.ts'

// Clients whose own suites are not to be had, or that have none: a small program of ours uses each
// as its documentation shows, and RabbitMQ is asked to agree (`--url`).

export const nodeTest = [process.execPath, '--test', '--test-reporter=tap']

const programs = fileURLToPath(new URL('programs/', import.meta.url))

const rabbitmqClient: Suite = {
  name: 'rabbitmq-client 5.0.8',
  fetch: (folder) => fetchPackage('rabbitmq-client@5.0.8', folder),
  command: ({ folder, url }) => ({
    command: [...nodeTest, '--test-timeout=20000', `${programs}rabbitmq-client.mjs`],
    cwd: folder,
    env: { AMQP_URL: url },
  }),
  read: readTap,
  seconds: 60,
  recorded: 6,
  rabbitmq: '6 of 6 (4.3.6)',
}

const amqpTools: Suite = {
  name: 'amqp-tools 0.11.0',
  packages: ['amqp-tools'],
  command: ({ folder, url }) => ({
    command: ['sh', `${programs}amqp-tools.sh`],
    cwd: folder,
    env: { AMQP_URL: url },
  }),
  read: readTap,
  seconds: 60,
  recorded: 9,
  rabbitmq: '9 of 9 (4.3.6)',
}

export const clients: readonly Suite[] = [
  rabbitmqClient,
  python('pika 1.2.0', 8),
  python('kombu 5.2.4', 5),
  python('celery 5.2.6', 12),
  amqpTools,
]

/** Debian's package is the system's Python's; another one may stand before it on the PATH. */
function python(name: string, checks: number): Suite {
  const [library = ''] = name.split(' ')
  return {
    name,
    packages: [`python3-${library}`],
    command: ({ folder, url }) => ({
      command: ['/usr/bin/python3', '-B', `${programs}${library}_program.py`],
      cwd: folder,
      env: { AMQP_URL: url },
    }),
    read: readTap,
    seconds: 120,
    recorded: checks,
    rabbitmq: `${checks} of ${checks} (4.3.6)`,
  }
}
