import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** The folders that the code of a folder may import, in addition to itself. */
const layers: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  time: [],
  collections: [],
  events: ['protocol'],
  settings: ['time'],
  wire: ['collections', 'protocol'],
  access: ['protocol', 'settings'],
  amqp10: ['core', 'protocol', 'wire'],
  core: ['collections', 'events', 'protocol', 'settings', 'time'],
  channel: ['access', 'core', 'events', 'protocol', 'settings', 'wire'],
  'stream-protocol': ['access', 'collections', 'core', 'protocol', 'time', 'wire'],
}

/**
 * `connection` adds Node's streams, `tls` its TLS, `management` and `ctl` its HTTP, `testing` what tests
 * need, and the files next to these folders its sockets.
 */
const withNode = ['connection', 'ctl', 'management', 'testing', 'tls']

function filesIn(folder: string): string[] {
  return readdirSync(path.join(source, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name))
}

/** The folders, and modules, that a file imports. */
function importedBy(file: string): string[] {
  const found = readFileSync(path.join(source, file), 'utf8').matchAll(/ from '([^']+)'/g)
  return Array.from(found, ([, target = '']) =>
    target.startsWith('.')
      ? (path.join(path.dirname(file), target).split(path.sep)[0] ?? '')
      : target,
  )
}

describe('the layers', () => {
  it('include every folder', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    )
    expect(folders.map(({ name }) => name).toSorted()).toEqual(
      [...Object.keys(layers), ...withNode].toSorted(),
    )
  })

  it.each(Object.entries(layers))('let %s import %j', (folder, allowed) => {
    const imported = new Set(filesIn(folder).flatMap(importedBy))
    imported.delete(folder)
    expect(Array.from(imported).toSorted()).toEqual(allowed)
  })

  it.each(Object.keys(layers))('let %s run in a browser', (folder) => {
    for (const file of filesIn(folder)) {
      const text = readFileSync(path.join(source, file), 'utf8')
      expect(text, file).not.toMatch(/\bBuffer\.|\bprocess\.\w|setImmediate|'node:/)
    }
  })
})
