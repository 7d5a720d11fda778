import { MessagingError, pnpm } from '@messaging-patterns/shared'

import { Admin } from '../broker/admin.ts'
import { output } from './check-machine.ts'
import type { Finding } from './finding.ts'

/** Whether a broker is listening where the lessons connect by default. */
export async function checkAmqpPort(port: number): Promise<readonly Finding[]> {
  try {
    await using broker = await Admin.connect(`amqp://localhost:${port}`, { timeout: 3000 })
    return [{ state: 'good', text: `port ${port}: ${broker.product} ${broker.version}` }]
  } catch (error) {
    if (!(error instanceof MessagingError)) throw error
    return [await problemWith(port, error)]
  }
}

/** How connecting fails while RabbitMQ is starting: Docker accepts connections before it does. */
const noAnswer = /ETIMEDOUT|ECONNRESET|closed abruptly/

async function problemWith(port: number, error: MessagingError): Promise<Finding> {
  const { code, message, remedy } = error
  if (message.includes('ECONNREFUSED'))
    return {
      state: 'note',
      text: `port ${port}: nothing is listening, so the lessons have no broker`,
      remedy: `${pnpm} broker, or docker compose up -d --wait`,
    }
  if (code === 'LOGIN_REFUSED')
    return {
      state: 'bad',
      text: `port ${port}: the broker refuses the user guest`,
      remedy: 'export AMQP_URL=amqp://user:password@localhost:5672',
    }
  // For example, a broker that does not open the virtual host.
  if (code !== 'HANDSHAKE_FAILED' && code !== 'CONNECT_FAILED')
    return { state: 'bad', text: `port ${port}: ${message}`, ...(remedy && { remedy }) }
  const who = (await listenerOn(port)) ?? 'a server'
  const orElse = `stop it, or use another port: ${pnpm} broker --port 5673`
  if (noAnswer.test(message))
    return {
      state: 'bad',
      text: `port ${port}: ${who} is listening, but does not answer`,
      remedy: `wait if it is just starting: docker compose up -d --wait; otherwise ${orElse}`,
    }
  return {
    state: 'bad',
    text: `port ${port}: ${who} is listening, and does not speak AMQP 0-9-1`,
    remedy: orElse,
  }
}

/** From rabbitmq.cluster.conf. Brokers of other projects may use the ports of our cluster. */
const clusterName = 'messaging-patterns-cluster'

/** Which nodes of docker-compose.cluster.yml are running. Says nothing if none is. */
export async function checkCluster(
  ports: readonly number[],
  findCluster = clusterOf,
): Promise<readonly Finding[]> {
  const clusters = await Promise.all(ports.map(findCluster))
  const nodes = clusters.filter((name) => name === clusterName).length
  if (nodes === 0) return []
  const list = ports.join(', ')
  if (nodes === ports.length)
    return [{ state: 'good', text: `ports ${list}: the ${nodes} nodes of the cluster` }]
  const text = `ports ${list}: ${nodes} of the ${ports.length} nodes of the cluster`
  return [
    { state: 'note', text, remedy: 'docker compose -f docker-compose.cluster.yml up -d --wait' },
  ]
}

/** The name of the cluster that a broker belongs to; undefined if no broker accepts us. */
async function clusterOf(port: number): Promise<string | undefined> {
  try {
    await using broker = await Admin.connect(`amqp://localhost:${port}`, { timeout: 3000 })
    return broker.cluster
  } catch (error) {
    if (error instanceof MessagingError) return undefined
    throw error
  }
}

/** Whether RabbitMQ's management page is available. */
export async function checkManagementPort(port: number): Promise<readonly Finding[]> {
  const url = `http://localhost:${port}`
  try {
    const response = await fetch(`${url}/api/overview`, {
      headers: { authorization: `Basic ${btoa('guest:guest')}` },
      signal: AbortSignal.timeout(3000),
    })
    if (response.status === 401)
      return [{ state: 'note', text: `port ${port}: the management page refuses the user guest` }]
    const overview: unknown = response.ok ? await response.json() : undefined
    const version = versionIn(overview)
    if (version !== undefined)
      return [{ state: 'good', text: `port ${port}: RabbitMQ ${version}, with its page at ${url}` }]
  } catch (error) {
    if (isRefused(error)) {
      const text = `port ${port}: nothing is listening, so there is no management page`
      return [{ state: 'note', text, remedy: 'docker compose up -d --wait' }]
    }
  }
  const who = (await listenerOn(port)) ?? 'a server'
  const text = `port ${port}: ${who} is listening, and is not RabbitMQ's management page`
  return [{ state: 'note', text }]
}

function versionIn(overview: unknown): string | undefined {
  if (typeof overview !== 'object' || overview === null) return undefined
  return 'rabbitmq_version' in overview ? String(overview.rabbitmq_version) : undefined
}

function isRefused(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}

/** The container or the program that listens on a port, if this machine can tell. */
async function listenerOn(port: number): Promise<string | undefined> {
  const format = 'the container {{.Names}} ({{.Image}})'
  const container = await output('docker', 'ps', '--filter', `publish=${port}`, '--format', format)
  if (container !== undefined && container !== '') return container.split('\n')[0]
  const files = await output('lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc')
  const [, id, name] = /^p(\d+)\nc(.*)/m.exec(files ?? '') ?? []
  if (name !== undefined) return `the program ${name} (process ${id})`
  const sockets = await output('ss', '-ltnpH', `sport = :${port}`)
  const [, program, pid] = /"([^"]+)",pid=(\d+)/.exec(sockets ?? '') ?? []
  return program === undefined ? undefined : `the program ${program} (process ${pid})`
}
