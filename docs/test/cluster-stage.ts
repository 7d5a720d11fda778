import { freePort } from '@messaging-patterns/testkit'
import { execa } from 'execa'

import { root } from '../tools/markdown.ts'
import { readersEnv, type ReadersBroker } from './stage.ts'

/** The default ports of docker-compose.cluster.yml. */
const usual = { amqp: [5681, 5682, 5683, 5684], management: [15681, 15682, 15683, 15684] }

/**
 * docker-compose.cluster.yml with its own project name and ports. The first page starts the cluster,
 * and the last one stops it.
 */
export async function readersCluster(): Promise<ReadersBroker> {
  const project = `messaging-patterns-cluster-docs-${process.pid}`
  const amqp = await Promise.all(usual.amqp.map(freePort))
  const management = await Promise.all(usual.management.map(freePort))
  const urls = amqp.slice(0, 3).map((port) => `amqp://localhost:${port}`)
  const env = readersEnv({
    AMQP_URL: urls.join(','),
    COMPOSE_PROJECT_NAME: project,
    ...Object.fromEntries(amqp.map((port, i) => [`AMQP_PORT_${i + 1}`, String(port)])),
    ...Object.fromEntries(management.map((port, i) => [`MANAGEMENT_PORT_${i + 1}`, String(port)])),
  })
  const down = async (): Promise<void> => {
    const args = 'compose -f docker-compose.cluster.yml --profile grow down --volumes --timeout 1'
    await execa('docker', args.split(' '), { cwd: root, env, extendEnv: false })
  }
  return {
    name: 'a cluster',
    stage: {
      env,
      rewrite: (line) => withPorts(line, amqp, usual.amqp),
      // The network and the containers are named after the project.
      inFact: (line) =>
        withPorts(line, usual.amqp, amqp).replaceAll(
          /messaging-patterns-cluster(?=[_-])/g,
          project,
        ),
      rabbitMq: true,
    },
    reset: down,
    [Symbol.asyncDispose]: down,
  }
}

function withPorts(line: string, from: readonly number[], to: readonly number[]): string {
  return from.reduce(
    (text, port, i) => text.replaceAll(`localhost:${port}`, `localhost:${to[i]}`),
    line,
  )
}
