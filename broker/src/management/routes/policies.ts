import type { Policy, PolicyKind } from '../../core/policy/policies.ts'
import type { VirtualHost } from '../../core/vhost.ts'
import { badRequest, notFound } from '../format/api-error.ts'
import { isObject, type JsonObject } from '../format/json-fields.ts'
import { listed, withColumns } from '../format/listing.ts'
import { readPolicy } from '../format/policy-json.ts'
import { created, noContent, type Reply } from '../format/reply.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { Route } from '../http/router.ts'
import { operatorPolicyParameter, policyView } from '../views/policy-view.ts'

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
      get: (request) => show(request, kind),
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

function show(request: ApiRequest, kind: PolicyKind): unknown {
  return withColumns(policyView(request.vhost.vhost, policyOf(request, kind)), request.query)
}

function put(request: ApiRequest, kind: PolicyKind): unknown {
  const json = request.jsonWith('pattern', 'definition')
  return setPolicy(request.vhost, { kind, name: request.param('name'), json })
}

interface NamedPolicy {
  readonly kind: PolicyKind
  readonly name: string
  readonly json: JsonObject
}

function setPolicy({ policies }: VirtualHost, { kind, name, json }: NamedPolicy): Reply {
  const isNew = policies.get(kind, name) === undefined
  policies.set(kind, readPolicy(kind, name, json))
  return isNew ? created() : noContent()
}

function remove(request: ApiRequest, kind: PolicyKind): unknown {
  request.vhost.policies.delete(kind, policyOf(request, kind).name)
  return noContent()
}

/** Most parameters belong to plugins, which the broker does not have. Its limits are options. */
export const parameterRoutes: readonly Route[] = [
  { path: 'parameters', role: 'policymaker', get: listParameters },
  { path: 'parameters/:component', role: 'policymaker', get: listParameters },
  { path: 'parameters/:component/:vhost', role: 'policymaker', get: listParameters },
  {
    path: 'parameters/:component/:vhost/:name',
    role: 'policymaker',
    writeRole: 'administrator',
    get: showParameter,
    put: putParameter,
    delete: removeParameter,
  },
  { path: 'global-parameters', role: 'policymaker', get: none },
  { path: 'vhost-limits', role: 'management', get: none },
  { path: 'vhost-limits/:vhost', role: 'vhost', get: none },
  { path: 'user-limits', role: 'administrator', get: none },
  { path: 'user-limits/:user', role: 'administrator', get: none },
]

function none(): readonly never[] {
  return []
}

function listParameters(request: ApiRequest): unknown {
  const component = request.param('component')
  if (component !== '' && component !== 'operator_policy') return []
  return listed(request.vhosts.flatMap(parametersOf), request.query)
}

function showParameter(request: ApiRequest): unknown {
  const [component, name] = [request.param('component'), request.param('name')]
  const found = parametersOf(request.vhost).find(
    (each) => each['component'] === component && each['name'] === name,
  )
  if (found === undefined) throw notFound()
  return withColumns(found, request.query)
}

function putParameter(request: ApiRequest): unknown {
  const { value } = request.jsonWith('value')
  const [component, name] = [request.param('component'), request.param('name')]
  // What RabbitMQ answers if the plugin that the parameter is for is not enabled.
  if (component !== 'operator_policy')
    throw badRequest(`Validation failed\n\ncomponent ${component} not found\n`)
  const json = isObject(value) ? value : {}
  return setPolicy(request.vhost, { kind: 'operator-policy', name, json })
}

function removeParameter(request: ApiRequest): unknown {
  showParameter(request)
  request.vhost.policies.delete('operator-policy', request.param('name'))
  return noContent()
}

function parametersOf({ vhost, policies }: VirtualHost): readonly JsonObject[] {
  return policies.list('operator-policy').map((policy) => operatorPolicyParameter(vhost, policy))
}
