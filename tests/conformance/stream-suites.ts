import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { nodeTest } from './clients.ts'
import { runOrThrow } from './command.ts'
import { fetchPackage, packageFolder } from './npm.ts'
import { parseTap } from './score.ts'
import { Unavailable, type Suite } from './suite.ts'

const programs = fileURLToPath(new URL('programs/streams/', import.meta.url))
const client = 'rabbitmq-stream-js-client@1.0.0'

// Its package contains its tests.
const streamJsClient: Suite = {
  name: 'rabbitmq-stream-js-client 1.0.0',
  // One of its tests always connects to this port.
  port5672: true,
  turn: 'meanwhile',
  fetch: (folder) =>
    fetchPackage(client, folder, [
      'amqplib@0.10.9',
      'chai@4.5.0',
      'chai-as-promised@7.1.2',
      'chai-spies@1.1.0',
      'got@11.8.6',
      'mocha@10.8.2',
      'tsx@4.23.15',
      'winston@3.19.0',
    ]),
  command: ({ folder }) => ({
    command: [
      process.execPath,
      join(folder, 'node_modules/mocha/bin/mocha.js'),
      '--reporter=tap',
      // It needs no broker. It fails in 3 % of all runs, when timers of a second fire a millisecond
      // early, and then it keeps the process running.
      '--ignore=test/unit/heartbeat.test.ts',
      // The handler in this test uses a consumer that the client may not have returned yet. On RabbitMQ, that
      // failed in 7 of 160 runs. Then mocha's TAP reporter throws, and the other tests do not run.
      '--grep=the consumer is able to track the offset and start from the stored offset',
      '--invert',
    ],
    cwd: packageFolder('rabbitmq-stream-js-client', folder),
    env: { RABBITMQ_USER: 'guest', RABBITMQ_PASSWORD: 'guest' },
  }),
  parse: parseTap,
  timeoutSeconds: 600,
  mustPass: 210,
  rabbitmqScore: '210 of 212 (4.3.6)',
  exceptions: {
    'connect using EXTERNAL auth': 'it needs certificates that are not in the package',
    'super stream publisher publish several messages - they should be routed to different partitions':
      'nine random keys miss one of the three partitions in 8 % of all runs, whatever the broker',
  },
}

const streamClients: Suite = {
  name: 'stream-clients (Java 1.2.0, rstream 1.1.1)',
  packages: ['maven', 'openjdk-17-jdk-headless', 'python3-venv'],
  turn: 'last',
  fetch: fetchPeers,
  command: ({ folder, streamUrl }) => ({
    // The file counts as a test as well.
    command: [...nodeTest, '--test-timeout=600000', join(programs, 'stream-clients.mjs')],
    cwd: folder,
    env: { STREAM_URL: streamUrl },
  }),
  parse: parseTap,
  timeoutSeconds: 600,
  mustPass: 13,
  rabbitmqScore: '13 of 13 (4.3.6)',
}

/** Installs the clients of three languages, each with the tool of its language. */
async function fetchPeers(folder: string): Promise<void> {
  await fetchPackage(client, folder)
  await cp(join(programs, 'pom.xml'), join(folder, 'pom.xml'))
  const options = { cwd: folder, timeoutSeconds: 240 }
  try {
    await runOrThrow(
      'mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=lib'.split(' '),
      options,
    )
    await runOrThrow(['/usr/bin/python3', '-m', 'venv', 'venv'], options)
    await runOrThrow(['venv/bin/pip', 'install', '--quiet', 'rstream==1.1.1'], options)
  } catch (cause) {
    throw new Unavailable('the clients for Java and Python cannot be fetched', { cause })
  }
}

export const streamSuites: readonly Suite[] = [streamJsClient, streamClients]
