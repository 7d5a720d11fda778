import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { clients, nodeTest } from './clients.ts'
import { fetchSource } from './debian.ts'
import { fetchPackage, packageFolder } from './npm.ts'
import { readGo, readPhp, readTap } from './score.ts'
import type { Suite } from './suite.ts'

const amqplib: Suite = {
  name: 'amqplib 2.2.0',
  // The callback API's tests and those of connecting know no other port.
  port5672: true,
  fetch: (folder) => fetchPackage('amqplib@2.2.0', folder),
  command: ({ folder, url }) => ({
    command: [
      ...nodeTest,
      '--test-timeout=5000',
      // The others test its codec and need no broker.
      ...['callback_api', 'channel_api', 'connect', 'recovery'].map(
        (file) => `test/${file}.test.js`,
      ),
    ],
    cwd: packageFolder('amqplib', folder),
    env: { URL: url.replace('127.0.0.1', 'localhost') },
  }),
  read: readTap,
  seconds: 90,
  recorded: 99,
  rabbitmq: '99 of 99 (3.10.8)',
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
    env: { AMQP_URL: `${url}/`, GOPATH: '/usr/share/gocode', GO111MODULE: 'off', GOFLAGS: '' },
  }),
  read: readGo,
  // Most of it goes by to compile, the first time.
  seconds: 240,
  recorded: 116,
  rabbitmq: '116 of 116 (3.10.8, 4.3.6)',
}

const phpAmqp: Suite = {
  name: 'php-amqp 1.11.0',
  packages: ['php-amqp', 'php8.2-cli', 'php8.2-dev'],
  // What ten of its tests expect has the port in it.
  port5672: true,
  fetch: (folder) => fetchSource('php-amqp', folder),
  command: ({ folder }) => ({
    command: ['/usr/bin/php', findRunTests(), '-q', 'tests'],
    cwd: join(folder, 'amqp-1.11.0'),
    // It would ask where to send its report.
    env: { NO_INTERACTION: '1' },
  }),
  read: readPhp,
  seconds: 180,
  recorded: 162,
  rabbitmq: '165 of 167 (3.10.8), 159 of 166 (4.3.6)',
  exceptions: {
    amqpconnection_construct_with_connect_timeout:
      'it waits for a machine of the internet to be silent, and its network here has none',
    amqpexchange_invalid_type:
      'an unknown exchange type is a 406 of the channel since RabbitMQ 4.0, no 503 of the connection',
    amqpexchange_publish_xdeath: 'RabbitMQ has ignored x-death in what is published since 4.0',
    bug_62354: 'PHP 8.2 prints a notice of its own, on every broker',
  },
}

/** php8.2-dev has it in a folder with PHP's internal version in its name. */
function findRunTests(): string {
  const folder = '/usr/lib/php'
  const version = readdirSync(folder).find((name) => /^\d{8}$/.test(name)) ?? ''
  return join(folder, version, 'build', 'run-tests.php')
}

export const suites: readonly Suite[] = [amqplib, amqp091Go, phpAmqp, ...clients]
