import type { Route } from '../router.ts'

/** Parameters belong to plugins, which the broker does not have; limits are options. */
export const parameterRoutes: readonly Route[] = [
  { path: 'parameters', role: 'policymaker', get: none },
  { path: 'parameters/:component', role: 'policymaker', get: none },
  { path: 'parameters/:component/:vhost', role: 'policymaker', get: none },
  { path: 'global-parameters', role: 'policymaker', get: none },
  { path: 'vhost-limits', role: 'management', get: none },
  { path: 'vhost-limits/:vhost', role: 'vhost', get: none },
  { path: 'user-limits', role: 'administrator', get: none },
  { path: 'user-limits/:user', role: 'administrator', get: none },
]

function none(): readonly never[] {
  return []
}
