// Writes kubernetes.json, the schemas for ../kubernetes.unit.test.ts. README.md says from which files.
//   node --import tsx packages/service/test/schemas/make.ts SWAGGER.json CRD.yaml...
import { readFileSync, writeFileSync } from 'node:fs'

import { parse } from 'yaml'

type Schema = { [key: string]: Schema }

interface CustomResource {
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly {
      readonly name: string
      readonly schema: { readonly openAPIV3Schema: Schema }
    }[]
  }
}

const reference = '#/definitions/'
/** The types of Kubernetes itself that our manifests use. */
const ownTypes = {
  'v1/ConfigMap': 'io.k8s.api.core.v1.ConfigMap',
  'v1/Secret': 'io.k8s.api.core.v1.Secret',
  'v1/Service': 'io.k8s.api.core.v1.Service',
  'apps/v1/Deployment': 'io.k8s.api.apps.v1.Deployment',
  'policy/v1/PodDisruptionBudget': 'io.k8s.api.policy.v1.PodDisruptionBudget',
}

/**
 * A JSON schema without texts and status, which refuses fields that it does not know, as Kubernetes does
 * when kubectl sends a manifest.
 */
function strict(schema: unknown, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((each) => strict(each))
  if (typeof schema !== 'object' || schema === null) return schema
  const given = schema as Readonly<Record<string, unknown>>
  if (!isMap && ('x-kubernetes-int-or-string' in given || given['format'] === 'int-or-string'))
    return { type: ['integer', 'string'] }
  const kept = Object.entries(given).filter(
    ([key]) =>
      isMap || !(/^(description|default|format|example)$/.test(key) || key.startsWith('x-')),
  )
  const result = Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      strict(value, !isMap && /^(properties|definitions)$/.test(key)),
    ]),
  )
  const isOpen = 'additionalProperties' in given || 'x-kubernetes-preserve-unknown-fields' in given
  return !isMap && 'properties' in given && !isOpen
    ? { ...result, additionalProperties: false }
    : result
}

/** Adds a definition of Kubernetes, and those that it refers to. */
function collect(from: Schema, name: string, into: Schema): void {
  if (name in into) return
  const definition = from[name]
  if (definition === undefined) throw new Error(`there is no definition of ${name}`)
  into[name] = definition
  for (const [, found = ''] of JSON.stringify(definition).matchAll(/"#\/definitions\/([^"]+)"/g))
    collect(from, found, into)
}

const [swagger = '', ...files] = process.argv.slice(2)
const { definitions: all } = JSON.parse(readFileSync(swagger, 'utf8')) as { definitions: Schema }
const definitions: Schema = {}
for (const name of Object.values(ownTypes)) collect(all, name, definitions)
const resources: Record<string, unknown> = Object.fromEntries(
  Object.entries(ownTypes).map(([type, name]) => [type, { $ref: `${reference}${name}` }]),
)
for (const file of files) {
  const { spec } = parse(readFileSync(file, 'utf8')) as CustomResource
  for (const { name, schema } of spec.versions) {
    const properties = schema.openAPIV3Schema['properties'] ?? {}
    delete properties['status']
    // Half of the schema of Kubernetes again, for what the operator itself has no field for.
    delete properties['spec']?.['properties']?.['override']
    resources[`${spec.group}/${name}/${spec.names.kind}`] = schema.openAPIV3Schema
  }
}
const schemas = strict({ definitions: { ...definitions, ...resources } })
writeFileSync(new URL('kubernetes.json', import.meta.url), `${JSON.stringify(schemas)}\n`)
