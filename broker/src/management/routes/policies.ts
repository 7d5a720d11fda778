import type { PolicyKind, Policy } from '../../core/policy/policies.ts'
import { notFound } from '../api-error.ts'
import type { ApiRequest } from '../api-request.ts'
import { listed } from '../listing.ts'
import { readPolicy } from '../policy-json.ts'
import { created, noContent } from '../reply.ts'
import type { Route } from '../router.ts'
import { policyView } from '../views/policy-view.ts'

export const policyRoutes: readonly Route[] = [
  ...routesOf('policies', 'policy'),
  ...routesOf('operator-policies', 'operator-policy'),
]

function routesOf(path: string, kind: PolicyKind): readonly Route[] {
  const list = (request: ApiRequest): unknown => listPolicies(request, kind)
  return [
    { path, role: 'management', get: list },
    { path: `${path}/:vhost`, role: 'vhost', get: list },
    {
      path: `${path}/:vhost/:name`,
      role: 'vhost',
      writeRole: kind === 'policy' ? 'policymaker' : 'administrator',
      get: (request) => policyView(request.vhost.vhost, policyOf(request, kind)),
      put: (request) => put(request, kind),
      delete: (request) => remove(request, kind),
    },
  ]
}

function listPolicies(request: ApiRequest, kind: PolicyKind): unknown {
  const all = request.vhosts.flatMap(({ vhost, policies }) =>
    policies.list(kind).map((policy) => policyView(vhost, policy)),
  )
  return listed(all, request.query)
}

function policyOf(request: ApiRequest, kind: PolicyKind): Policy {
  const policy = request.vhost.policies.get(kind, request.param('name'))
  if (policy === undefined) throw notFound()
  return policy
}

function put(request: ApiRequest, kind: PolicyKind): unknown {
  const { policies } = request.vhost
  const name = request.param('name')
  const isNew = policies.get(kind, name) === undefined
  policies.set(kind, readPolicy(kind, name, request.jsonWith('pattern', 'definition')))
  return isNew ? created() : noContent()
}

function remove(request: ApiRequest, kind: PolicyKind): unknown {
  request.vhost.policies.delete(kind, policyOf(request, kind).name)
  return noContent()
}
