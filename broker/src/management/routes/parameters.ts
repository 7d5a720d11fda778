import type { VirtualHost } from '../../core/vhost.ts'
import type { ApiRequest } from '../api-request.ts'
import type { JsonObject } from '../json-fields.ts'
import { listed } from '../listing.ts'
import type { Route } from '../router.ts'
import { operatorPolicyParameter } from '../views/policy-view.ts'

/** Most parameters belong to plugins, which the broker does not have. Its limits are options. */
export const parameterRoutes: readonly Route[] = [
  { path: 'parameters', role: 'policymaker', get: list },
  { path: 'parameters/:component', role: 'policymaker', get: list },
  { path: 'parameters/:component/:vhost', role: 'policymaker', get: list },
  { path: 'global-parameters', role: 'policymaker', get: none },
  { path: 'vhost-limits', role: 'management', get: none },
  { path: 'vhost-limits/:vhost', role: 'vhost', get: none },
  { path: 'user-limits', role: 'administrator', get: none },
  { path: 'user-limits/:user', role: 'administrator', get: none },
]

function none(): readonly never[] {
  return []
}

function list(request: ApiRequest): unknown {
  const component = request.param('component')
  if (component !== '' && component !== 'operator_policy') return []
  return listed(request.vhosts.flatMap(parametersOf), request.query)
}

function parametersOf({ vhost, policies }: VirtualHost): readonly JsonObject[] {
  return policies.list('operator-policy').map((policy) => operatorPolicyParameter(vhost, policy))
}
