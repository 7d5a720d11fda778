import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8')) as Manifest
}

test('the template depends on the same versions as this repository', () => {
  const workspace = readFileSync(new URL('pnpm-workspace.yaml', root), 'utf8')
  const { dependencies, devDependencies } = manifestOf('packages/create-service/template')
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    const [, folder] = /^@messaging-patterns\/(.*)$/.exec(name) ?? []
    if (folder !== undefined) expect(version).toBe(`^${manifestOf(folder).version}`)
    else expect(workspace).toMatch(new RegExp(`^ +'?${name}'?: \\${version}$`, 'm'))
  }
})

test('the template has the docker-compose.yml of the service', () => {
  const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')
  const copy = read('packages/create-service/template/docker-compose.yml')
  expect(copy).toBe(read('packages/service/docker-compose.yml'))
})

test('the image of the template runs like that of the service', () => {
  const lastStage = (file: string): string => {
    const text = readFileSync(new URL(file, root), 'utf8')
    return text.slice(text.lastIndexOf('FROM ')).replace('/app/packages/service', '/app')
  }
  const copy = lastStage('packages/create-service/template/Dockerfile')
  expect(copy).toBe(lastStage('packages/service/Dockerfile'))
})

test('the template knows the same errors of an outage as the service', () => {
  const knownErrors = (file: string): string => {
    const text = readFileSync(new URL(file, root), 'utf8')
    return text.slice(text.indexOf('function isUnavailable'))
  }
  const copy = knownErrors('packages/create-service/template/src/open-database.ts')
  expect(copy).toBe(knownErrors('packages/service/src/storage/postgres.ts'))
})
