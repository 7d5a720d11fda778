import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'

import { readJson } from '../common/json.ts'
import { pythonWith } from '../harness/clients.ts'
import type { Machine } from '../harness/result.ts'

const libraries = [
  'amqplib',
  'rabbitmq-client',
  'amqp-connection-manager',
  '@cloudamqp/amqp-client',
]

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('.', 2).join('.')} ${arch()}`,
  }
}

/** The versions of the client libraries and their runtimes. */
export function libraryVersions(): Record<string, string> {
  const { resolve } = createRequire(import.meta.url)
  const versions: Record<string, string> = { 'Node.js': process.versions.node }
  for (const name of libraries) {
    // Not every package exports its package.json, so find it at the package's root.
    const [, root = ''] = new RegExp(`^(.*node_modules/${name})/`).exec(resolve(name)) ?? []
    const manifest = readFileSync(`${root}/package.json`, 'utf8')
    versions[name] = readJson<{ version: string }>(manifest).version
  }
  return { ...versions, ...pythonVersions() }
}

function pythonVersions(): Record<string, string> {
  const versions: Record<string, string> = {}
  for (const library of ['pika', 'kombu']) {
    const python = pythonWith(library)
    if (python === undefined) continue
    const script = `import sys, ${library}; print(sys.version.split()[0], ${library}.__version__)`
    const output = execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim().split(' ')
    ;[versions['Python'] = '', versions[library] = ''] = output
  }
  return versions
}
