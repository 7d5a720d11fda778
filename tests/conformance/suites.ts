import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { clients, nodeTest } from './clients.ts'
import { fetchSource } from './debian.ts'
import { managementClients } from './management-clients.ts'
import { fetchPackage, packageFolder } from './npm.ts'
import { parseGo, parsePhp, parseTap } from './score.ts'
import { streamSuites } from './stream-suites.ts'
import type { Suite } from './suite.ts'

const amqplib: Suite = {
  name: 'amqplib 2.2.0',
  // Two of its test files always connect to this port: callback_api and connect.
  port5672: true,
  fetch: (folder) => fetchPackage('amqplib@2.2.0', folder),
  command: ({ folder, url }) => ({
    command: [
      ...nodeTest,
      // Each file counts as a test as well, and the longest takes several seconds on a busy machine.
      '--test-timeout=30000',
      // The other files test the codec, without a broker.
      ...['callback_api', 'channel_api', 'connect', 'recovery'].map(
        (file) => `test/${file}.test.js`,
      ),
    ],
    cwd: packageFolder('amqplib', folder),
    env: { URL: url.replace('127.0.0.1', 'localhost') },
  }),
  parse: parseTap,
  timeoutSeconds: 90,
  mustPass: 99,
  rabbitmqScore: '99 of 99 (3.10.8)',
}

const amqp091Go: Suite = {
  name: 'amqp091-go 1.5.0',
  packages: ['golang-go', 'golang-github-rabbitmq-amqp091-go-dev', 'golang-uber-goleak-dev'],
  command: ({ folder, url }) => ({
    command: [
      ...'go test -v -count=1 -tags integration'.split(' '),
      'github.com/rabbitmq/amqp091-go',
    ],
    cwd: folder,
    env: { AMQP_URL: url, GOPATH: '/usr/share/gocode', GO111MODULE: 'off', GOFLAGS: '' },
  }),
  parse: parseGo,
  // The first run spends most of this time compiling.
  timeoutSeconds: 240,
  mustPass: 116,
  rabbitmqScore: '116 of 116 (3.10.8, 4.3.6)',
}

const phpAmqp: Suite = {
  name: 'php-amqp 1.11.0',
  packages: ['php-amqp', 'php8.2-cli', 'php8.2-dev'],
  // The expected output of ten tests contains this port.
  port5672: true,
  fetch: (folder) => fetchSource('php-amqp', folder),
  command: ({ folder }) => ({
    command: ['/usr/bin/php', findRunTests(), '-q', 'tests'],
    cwd: join(folder, 'amqp-1.11.0'),
    // Otherwise it asks whether to send a report.
    env: { NO_INTERACTION: '1' },
  }),
  parse: parsePhp,
  timeoutSeconds: 180,
  mustPass: 162,
  rabbitmqScore: '165 of 167 (3.10.8), 159 of 166 (4.3.6)',
  exceptions: {
    amqpconnection_construct_with_connect_timeout:
      'it connects to an unreachable internet address, and its network namespace has no route to one',
    amqpexchange_invalid_type:
      'since RabbitMQ 4.0, an unknown exchange type closes the channel with 406, not the connection with 503',
    amqpexchange_publish_xdeath:
      'since 4.0, RabbitMQ ignores an x-death header that a client publishes',
    bug_62354: 'PHP 8.2 adds a notice to the output, whatever the broker',
  },
}

/** php8.2-dev installs it in a folder that is named after PHP's internal API version. */
function findRunTests(): string {
  const folder = '/usr/lib/php'
  const version = readdirSync(folder).find((name) => /^\d{8}$/.test(name)) ?? ''
  return join(folder, version, 'build', 'run-tests.php')
}

export const suites: readonly Suite[] = [
  amqplib,
  amqp091Go,
  phpAmqp,
  ...clients,
  ...managementClients,
  ...streamSuites,
]
