import { readdirSync, readFileSync } from 'node:fs'

import { parseAllDocuments } from 'yaml'

const root = new URL('../', import.meta.url)

/** A file of the service, such as `Dockerfile`. */
export function read(file: string): string {
  return readFileSync(new URL(file, root), 'utf8')
}

/** A resource of Kubernetes, as far as its type is not important. */
export interface Resource<Spec = unknown> {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: Spec
}

interface Kustomization {
  readonly namespace: string
  readonly resources: readonly string[]
  readonly images: readonly [{ readonly name: string; readonly newTag: string }]
  readonly configMapGenerator: readonly [
    { readonly name: string; readonly literals: readonly string[] },
  ]
}

function documentsIn(file: string): readonly object[] {
  return parseAllDocuments(read(`kubernetes/${file}`), { merge: true }).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0]
    // By default, many aliases are refused, because the file of a stranger could fill the memory with them.
    return document.toJS({ maxAliasCount: -1 }) as object
  })
}

export const files = readdirSync(new URL('kubernetes/', root)).toSorted()
export const kustomization = documentsIn('kustomization.yaml')[0] as Kustomization

/** All resources. Those in a `List` are alone, as kubectl sends them. */
export const resources = kustomization.resources
  .flatMap((file) => documentsIn(file))
  .flatMap((document) => ('items' in document ? document.items : document) as Resource[])

/** The resources of a kind. `Spec` says what the test needs of them; the schemas check it. */
export function ofKind<Spec>(kind: string): readonly Resource<Spec>[] {
  return resources.filter((resource) => resource.kind === kind) as readonly Resource<Spec>[]
}

/** The lines `name=value` of the settings that all roles have in common. */
export const settings = kustomization.configMapGenerator[0]
