import { fileURLToPath } from 'node:url'

import { fetchPackage } from './npm.ts'
import { parseTap } from './score.ts'
import type { Suite } from './suite.ts'

// Clients that have no test suite, or none that is published. For each, we have a small program that
// uses the client as its documentation shows. It must also pass on RabbitMQ (`--url`).

export const nodeTest = [process.execPath, '--test', '--test-reporter=tap']

export const programs = fileURLToPath(new URL('programs/', import.meta.url))

const rabbitmqClient: Suite = {
  name: 'rabbitmq-client 5.0.8',
  fetch: (folder) => fetchPackage('rabbitmq-client@5.0.8', folder),
  command: ({ folder, url }) => ({
    command: [...nodeTest, '--test-timeout=20000', `${programs}rabbitmq-client.mjs`],
    cwd: folder,
    env: { AMQP_URL: url },
  }),
  parse: parseTap,
  timeoutSeconds: 60,
  mustPass: 6,
  rabbitmqScore: '6 of 6 (4.3.6)',
}

const amqpTools: Suite = {
  name: 'amqp-tools 0.11.0',
  packages: ['amqp-tools'],
  command: ({ folder, url }) => ({
    command: ['sh', `${programs}amqp-tools.sh`],
    cwd: folder,
    env: { AMQP_URL: url },
  }),
  parse: parseTap,
  timeoutSeconds: 60,
  mustPass: 9,
  rabbitmqScore: '9 of 9 (4.3.6)',
}

export const clients: readonly Suite[] = [
  rabbitmqClient,
  python('pika 1.2.0', 8),
  python('kombu 5.2.4', 5),
  python('celery 5.2.6', 12),
  amqpTools,
]

/** Uses /usr/bin/python3, for which Debian packages are installed; the PATH may find another one. */
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
    parse: parseTap,
    timeoutSeconds: 120,
    mustPass: checks,
    rabbitmqScore: `${checks} of ${checks} (4.3.6)`,
  }
}
