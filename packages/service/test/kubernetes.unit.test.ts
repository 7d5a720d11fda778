// What a schema can say about the Dockerfile and the manifests, and whether they agree with one another and with the service.
import { readFileSync } from 'node:fs'

import { Ajv } from 'ajv'
import { expect, test } from 'vitest'

import { health } from '../src/http/health.ts'
import { consumers } from '../src/roles/consumers.ts'
import { roleNames } from '../src/roles/role-names.ts'
import { readSettings } from '../src/settings/settings.ts'
import { files, kustomization, ofKind, read, resources, settings } from './manifests.ts'

interface Reference {
  readonly name: string
  readonly key: string
}
interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef: Reference }
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}
interface Container {
  readonly image: string
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly env: readonly Variable[]
  readonly envFrom: readonly Readonly<Record<string, { readonly name: string }>>[]
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
}
type Labels = Readonly<Record<string, string>>
interface Deployment {
  readonly replicas?: number
  readonly selector: { readonly matchLabels: Labels }
  readonly template: {
    readonly metadata: { readonly labels: Labels }
    readonly spec: { readonly containers: readonly [Container] }
  }
}
interface ScaledObject {
  readonly scaleTargetRef: { readonly name: string }
  readonly triggers: readonly [
    { readonly metadata: Labels; readonly authenticationRef: { readonly name: string } },
  ]
}

const deployments = ofKind<Deployment>('Deployment')
const containerOf = ({ spec }: (typeof deployments)[number]): Container =>
  spec.template.spec.containers[0]
const definitions = JSON.parse(read('definitions.json')) as Record<string, readonly object[]>
const dockerfile = read('Dockerfile')
const script = read('kubernetes/create-secrets.sh')

/** The Secrets that create-secrets.sh creates, and the one of the README, with their keys. */
const secrets = new Map([
  ...(/^for role in (.*); do$/m.exec(script)?.[1] ?? '')
    .split(' ')
    .map((role): [string, string[]] => [
      `orders-${role}`,
      [...script.matchAll(/--from-literal=(\w+)=/g)].map(([, key = '']) => key),
    ]),
  ...[...read('README.md').matchAll(/create secret generic (\S+) .*--from-literal=(\w+)=/g)].map(
    ([, name = '', key = '']): [string, string[]] => [name, [key]],
  ),
])

test('every manifest has a valid schema, and no field that its schema does not know', () => {
  const text = readFileSync(new URL('schemas/kubernetes.json', import.meta.url), 'utf8')
  const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(
    JSON.parse(text) as object,
    'kubernetes',
  )
  const problems = resources.flatMap((resource) => {
    const type = `${resource.apiVersion}/${resource.kind}`
    const validate = ajv.getSchema(`kubernetes#/definitions/${type.replaceAll('/', '~1')}`)
    if (validate === undefined) return [`there is no schema for ${type}`]
    if (validate(resource) === true) return []
    const errors = validate.errors ?? []
    return errors.map(
      ({ instancePath, message, params }) =>
        `${type} ${resource.metadata.name}${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  })
  expect(problems).toEqual([])
})

test('every manifest is in the kustomization, and has a name of its own', () => {
  const others = ['create-secrets.sh', 'kustomization.yaml']
  expect([...kustomization.resources, ...others].toSorted()).toEqual(files)
  const names = resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
  expect(names).toEqual([...new Set(names)])
  for (const { metadata } of resources)
    expect(metadata.name).toMatch(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/)
})

test('exchange, queues, bindings, users and permissions are those of definitions.json', () => {
  interface Spec extends Record<string, unknown> {
    readonly type: string
  }
  const vhost = '/'
  const entity = ({ spec }: { readonly spec: Spec }) => ({
    name: spec['name'],
    vhost,
    durable: spec['durable'],
    auto_delete: spec['autoDelete'] ?? false,
  })
  expect(definitions['exchanges']).toEqual(
    ofKind<Spec>('Exchange').map((one) => ({
      ...entity(one),
      type: one.spec.type,
      internal: false,
      arguments: {},
    })),
  )
  expect(definitions['queues']).toEqual(
    ofKind<Spec>('Queue').map((one) => ({
      ...entity(one),
      arguments: { 'x-queue-type': one.spec.type },
    })),
  )
  expect(definitions['bindings']).toEqual(
    ofKind<Spec>('Binding').map(({ spec }) => ({
      source: spec['source'],
      vhost,
      destination: spec['destination'],
      destination_type: spec['destinationType'],
      routing_key: spec['routingKey'],
      arguments: {},
    })),
  )
  expect(definitions['users']).toMatchObject(
    ofKind<{ readonly tags?: string[] }>('User').map(({ metadata, spec }) => ({
      name: metadata.name,
      tags: spec.tags ?? [],
    })),
  )
  expect(definitions['permissions']).toEqual(
    ofKind<{ readonly userReference: { readonly name: string }; readonly permissions: object }>(
      'Permission',
    ).map(({ spec }) => ({ user: spec.userReference.name, vhost, ...spec.permissions })),
  )
})

test('everything is on the one RabbitMQ, and the queues outlive their resources', () => {
  const [cluster] = ofKind('RabbitmqCluster')
  for (const kind of ['Exchange', 'Queue', 'Binding', 'User', 'Permission'])
    for (const { spec } of ofKind(kind))
      expect(spec).toMatchObject({ rabbitmqClusterReference: { name: cluster?.metadata.name } })
  for (const { spec } of ofKind('Queue')) expect(spec).toMatchObject({ deletionPolicy: 'retain' })
})

test('every role has a deployment with its own user, and only variables that the service reads', () => {
  const names = deployments.map(({ metadata }) => metadata.name)
  expect(names.toSorted()).toEqual(roleNames.map((role) => `orders-${role}`).toSorted())
  for (const deployment of deployments) {
    const { env, envFrom } = containerOf(deployment)
    expect(envFrom).toEqual([
      { configMapRef: { name: settings.name } },
      { secretRef: { name: 'orders-database' } },
    ])
    const environment: Record<string, string> = {
      ...Object.fromEntries(settings.literals.map((line) => line.split('='))),
      ...Object.fromEntries(
        (secrets.get('orders-database') ?? []).map((key) => [key, 'postgres://host/db']),
      ),
    }
    for (const { name, value, valueFrom } of env) {
      environment[name] = value ?? 'amqp://host'
      if (valueFrom === undefined) continue
      expect(valueFrom.secretKeyRef).toEqual({ name: deployment.metadata.name, key: name })
      expect(secrets.get(valueFrom.secretKeyRef.name)).toContain(name)
    }
    const known = new Set<string>()
    const settingsOf = readSettings(
      new Proxy(environment, { get: (all, name: string) => (known.add(name), all[name]) }),
    )
    expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([])
    expect(settingsOf).toMatchObject({
      roles: [deployment.metadata.name.replace('orders-', '')],
      databaseUrl: 'postgres://host/db',
      amqpUrl: 'amqp://host',
      topology: 'existing',
      host: '0.0.0.0',
    })
  }
})

test('every user has a Secret, whose URL leads to the RabbitMQ of these manifests', () => {
  const users = ofKind<{ readonly importCredentialsSecret: Reference }>('User')
  for (const { metadata, spec } of users) {
    expect(spec.importCredentialsSecret.name).toBe(metadata.name)
    expect(secrets.get(metadata.name)).toEqual(['username', 'password', 'AMQP_URL'])
  }
  const [cluster] = ofKind('RabbitmqCluster')
  expect(script).toContain(`AMQP_URL="amqp://$user:$password@${cluster?.metadata.name}"`)
  expect(script).toContain(`--namespace ${kustomization.namespace} `)
})

test('image, ports, probes and labels agree', async () => {
  const port = /^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]
  expect(dockerfile).toContain(` PORT=${port}`)
  expect(settings.literals).toContain(`PORT=${port}`)
  const { version } = JSON.parse(read('package.json')) as { readonly version: string }
  const route = health({
    database: { query: async () => [] } as never,
    isConnected: () => true,
    isStopping: () => false,
  })
  for (const deployment of deployments) {
    const { image, ports, livenessProbe, readinessProbe } = containerOf(deployment)
    expect(kustomization.images).toMatchObject([{ name: image, newTag: version }])
    expect(ports).toEqual([{ name: 'http', containerPort: Number(port) }])
    for (const { httpGet } of [livenessProbe, readinessProbe]) {
      expect(httpGet.port).toBe('http')
      const reply = await route({ method: 'GET' } as never, httpGet.path)
      expect(reply?.status).toBe(200)
    }
    const { selector, template } = deployment.spec
    expect(template.metadata.labels).toEqual(selector.matchLabels)
  }
  const [service] = ofKind<{ readonly selector: Labels; readonly ports: readonly object[] }>(
    'Service',
  )
  const api = deployments.find(({ metadata }) => metadata.name === 'orders-api')
  expect(service?.spec.selector).toEqual(api?.spec.selector.matchLabels)
  expect(service?.spec.ports).toMatchObject([{ targetPort: 'http' }])
  const [, budget] = ofKind<Deployment>('PodDisruptionBudget')
  expect(budget?.spec.selector).toEqual(api?.spec.selector)
})

test('each consumer is scaled by the length of its own queue, and by nothing else', () => {
  const scaled = ofKind<ScaledObject>('ScaledObject')
  const names = consumers.map(({ name }) => `orders-${name}`)
  expect(scaled.map(({ spec }) => spec.scaleTargetRef.name)).toEqual(names)
  const [cluster] = ofKind('RabbitmqCluster')
  const [login] = ofKind<{ readonly secretTargetRef: readonly Reference[] }>(
    'TriggerAuthentication',
  )
  for (const { spec } of scaled) {
    const [{ metadata, authenticationRef }] = spec.triggers
    const queueName = spec.scaleTargetRef.name.replace('-', '.')
    expect(definitions['queues']).toContainEqual(expect.objectContaining({ name: queueName }))
    expect(metadata).toEqual({
      protocol: 'http',
      host: `http://${cluster?.metadata.name}.${kustomization.namespace}.svc:15672/`,
      mode: 'QueueLength',
      queueName,
      value: '500',
    })
    expect(authenticationRef.name).toBe(login?.metadata.name)
    const target = deployments.find(({ metadata: { name } }) => name === spec.scaleTargetRef.name)
    expect(target?.spec.replicas).toBeUndefined()
  }
  for (const { name, key } of login?.spec.secretTargetRef ?? [])
    expect(secrets.get(name)).toContain(key)
})

test('the image has every package that the service depends on', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { readonly dependencies: Labels }
  const packages = Object.keys(dependencies).filter((name) => dependencies[name] === 'workspace:*')
  const ignored = read('../../.dockerignore').split('\n')
  for (const name of packages.map((full) => full.replace('@messaging-patterns/', ''))) {
    expect(dockerfile).toContain(`COPY ${name}/package.json ${name}/`)
    expect(dockerfile).toContain(`COPY ${name}/src ${name}/src`)
    expect(ignored).toContain(`!${name}`)
  }
})
