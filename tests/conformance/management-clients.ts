import { join } from 'node:path'

import { nodeTest, programs } from './clients.ts'
import { unpackPackage } from './debian.ts'
import { fetchPackage } from './npm.ts'
import { parseTap } from './score.ts'
import type { Suite } from './suite.ts'

// Programs that use the management API.

const rabbitmqadmin: Suite = {
  name: 'rabbitmqadmin 3.10.8',
  // Installing the package would also install and start RabbitMQ.
  fetch: (folder) => unpackPackage('rabbitmq-server', folder),
  command: ({ folder, managementUrl }) => ({
    command: ['sh', `${programs}rabbitmqadmin.sh`, join(folder, 'usr/bin/rabbitmqadmin')],
    cwd: folder,
    env: { MANAGEMENT_URL: managementUrl },
  }),
  parse: parseTap,
  timeoutSeconds: 90,
  mustPass: 30,
  rabbitmqScore: '30 of 30 (4.3.6)',
}

const nagios: Suite = {
  name: 'nagios-plugins-rabbitmq 1.2.0',
  packages: ['nagios-plugins-rabbitmq', 'curl'],
  command: ({ folder, managementUrl }) => ({
    command: ['sh', `${programs}nagios.sh`],
    cwd: folder,
    env: { MANAGEMENT_URL: managementUrl },
  }),
  parse: parseTap,
  timeoutSeconds: 60,
  mustPass: 6,
  rabbitmqScore: '6 of 6 (4.3.6)',
}

const rascal: Suite = {
  name: 'rascal 21.0.1',
  fetch: async (folder) => {
    await fetchPackage('rascal@21.0.1', folder)
    await fetchPackage('amqplib@2.2.0', folder)
  },
  command: ({ folder, url, managementUrl }) => ({
    // rascal keeps a timer after the shutdown.
    command: [...nodeTest, '--test-timeout=20000', '--test-force-exit', `${programs}rascal.mjs`],
    cwd: folder,
    env: { AMQP_URL: url, MANAGEMENT_URL: managementUrl },
  }),
  parse: parseTap,
  timeoutSeconds: 60,
  mustPass: 2,
  rabbitmqScore: '2 of 2 (4.3.6)',
}

export const managementClients: readonly Suite[] = [rabbitmqadmin, nagios, rascal]
