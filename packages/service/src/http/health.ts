import type { Database } from '../storage/database.ts'
import type { Route } from './server.ts'

/** What readiness depends on. */
export interface HealthParts {
  readonly database: Database
  readonly isConnected: () => boolean
  readonly isStopping: () => boolean
}

/**
 * `/healthz` answers as long as the process works: if it does not, restart it. `/readyz` says whether to
 * send it work: a restart would not bring back a broker or a database.
 */
export function health({ database, isConnected, isStopping }: HealthParts): Route {
  return async (request, path) => {
    if (request.method !== 'GET') return undefined
    if (path === '/healthz') return { status: 200, body: { healthy: true } }
    if (path !== '/readyz') return undefined
    const problems = [
      ...(isStopping() ? ['the service is shutting down'] : []),
      ...(isConnected() ? [] : ['there is no connection to the broker']),
      ...((await isReachable(database)) ? [] : ['the database does not answer']),
    ]
    return { status: problems.length === 0 ? 200 : 503, body: { problems } }
  }
}

async function isReachable(database: Database): Promise<boolean> {
  return database.query('select 1').then(
    () => true,
    () => false,
  )
}
