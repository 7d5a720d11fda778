import type { Metrics } from '../metrics/metrics.ts'
import type { Route } from './server.ts'

/** `GET /metrics`, for Prometheus. */
export function metricsRoute(metrics: Metrics): Route {
  return async (request, path) => {
    if (path !== '/metrics' || request.method !== 'GET') return undefined
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }
    return { status: 200, body: await metrics.text(), headers }
  }
}
