import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'

import { readJson } from '../common/json.ts'
import { celeryPython, peers, pythonWith } from '../harness/clients.ts'
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
  for (const [title, name] of Object.entries({ 'celery-node': 'celery-node', BullMQ: 'bullmq' })) {
    const manifest = `${peers}node_modules/${name}/package.json`
    if (existsSync(manifest))
      versions[title] = readJson<{ version: string }>(readFileSync(manifest, 'utf8')).version
  }
  return { ...versions, ...pythonVersions() }
}

function pythonVersions(): Record<string, string> {
  const versions: Record<string, string> = {}
  const celery = existsSync(celeryPython) ? celeryPython : undefined
  const interpreters = { pika: pythonWith('pika'), kombu: pythonWith('kombu'), Celery: celery }
  for (const [title, python] of Object.entries(interpreters)) {
    if (python === undefined) continue
    const library = title.toLowerCase()
    const script = `import sys, ${library}; print(sys.version.split()[0], ${library}.__version__)`
    const output = execFileSync(python, ['-c', script], { encoding: 'utf8' }).trim().split(' ')
    ;[versions['Python'] = '', versions[title] = ''] = output
  }
  return versions
}
