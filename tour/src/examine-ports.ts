import { MessagingError, pnpm } from '@messaging-patterns/shared'

import { Admin } from './admin.ts'
import { output } from './examine-machine.ts'
import type { Finding } from './finding.ts'

/** Who listens where the lessons look for a broker. */
export async function examineAmqpPort(port: number): Promise<readonly Finding[]> {
  try {
    await using broker = await Admin.connect(`amqp://localhost:${port}`, { timeout: 3000 })
    return [{ state: 'good', text: `port ${port}: ${broker.product} ${broker.version}` }]
  } catch (error) {
    if (!(error instanceof MessagingError)) throw error
    if (error.message.includes('ECONNREFUSED'))
      return [
        {
          state: 'note',
          text: `port ${port}: nothing listens there, so the lessons find no broker`,
          remedy: `${pnpm} broker, or docker compose up -d --wait`,
        },
      ]
    if (error.code === 'LOGIN_REFUSED')
      return [
        {
          state: 'bad',
          text: `port ${port}: a broker that does not let guest in`,
          remedy: 'export AMQP_URL=amqp://user:password@localhost:5672',
        },
      ]
    const who = (await listener(port)) ?? 'something'
    return [
      {
        state: 'bad',
        text: `port ${port}: ${who} that speaks no AMQP 0-9-1, where a broker should be`,
        remedy: `end it, or take another port: ${pnpm} broker --port 5673`,
      },
    ]
  }
}

/** What rabbitmq.cluster.conf calls the cluster: brokers of other people may listen on its ports. */
const clusterName = 'messaging-patterns-cluster'

/** Which of the nodes of docker-compose.cluster.yml are there; nobody misses them where none is. */
export async function examineCluster(
  ports: readonly number[],
  ask = clusterOf,
): Promise<readonly Finding[]> {
  const answers = await Promise.all(ports.map(ask))
  const nodes = answers.filter((name) => name === clusterName).length
  if (nodes === 0) return []
  const listed = ports.join(', ')
  if (nodes === ports.length)
    return [{ state: 'good', text: `ports ${listed}: the ${nodes} nodes of the cluster` }]
  const text = `ports ${listed}: the cluster has ${nodes} of its ${ports.length} nodes`
  return [
    { state: 'note', text, remedy: 'docker compose -f docker-compose.cluster.yml up -d --wait' },
  ]
}

/** The cluster that a broker says it belongs to; undefined where no broker lets us in. */
async function clusterOf(port: number): Promise<string | undefined> {
  try {
    await using broker = await Admin.connect(`amqp://localhost:${port}`, { timeout: 3000 })
    return broker.cluster
  } catch (error) {
    if (error instanceof MessagingError) return undefined
    throw error
  }
}

/** Who listens where RabbitMQ has its management page. */
export async function examineManagementPort(port: number): Promise<readonly Finding[]> {
  const where = `http://localhost:${port}`
  try {
    const response = await fetch(`${where}/api/overview`, {
      headers: { authorization: `Basic ${btoa('guest:guest')}` },
      signal: AbortSignal.timeout(3000),
    })
    if (response.status === 401)
      return [{ state: 'note', text: `port ${port}: a page that does not let guest in` }]
    const overview: unknown = response.ok ? await response.json() : undefined
    const version = versionIn(overview)
    if (version !== undefined)
      return [{ state: 'good', text: `port ${port}: RabbitMQ ${version}, its page is ${where}` }]
  } catch (error) {
    if (isRefusal(error)) {
      const text = `port ${port}: nothing listens there, so there is no management page`
      return [{ state: 'note', text, remedy: 'docker compose up -d --wait' }]
    }
  }
  const who = (await listener(port)) ?? 'something'
  return [{ state: 'note', text: `port ${port}: ${who} that is no management page of RabbitMQ` }]
}

function versionIn(overview: unknown): string | undefined {
  if (typeof overview !== 'object' || overview === null) return undefined
  return 'rabbitmq_version' in overview ? String(overview.rabbitmq_version) : undefined
}

function isRefusal(error: unknown): boolean {
  const { cause } = error instanceof Error ? error : {}
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}

/** The container or the program that has a port, as far as this machine tells. */
async function listener(port: number): Promise<string | undefined> {
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
