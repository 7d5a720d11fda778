import { fetchPackage, packageFolder } from './npm.ts'
import { readGo, readTap } from './score.ts'
import type { Suite } from './suite.ts'

const nodeTest = [process.execPath, '--test', '--test-reporter=tap', '--test-timeout=5000']

const amqplib: Suite = {
  name: 'amqplib 2.2.0',
  // The callback API's tests and those of connecting know no other port.
  port5672: true,
  fetch: (folder) => fetchPackage('amqplib@2.2.0', folder),
  command: ({ folder, url }) => ({
    command: [
      ...nodeTest,
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
  rabbitmq: '116 of 116 (3.10.8)',
}

export const suites: readonly Suite[] = [amqplib, amqp091Go]
