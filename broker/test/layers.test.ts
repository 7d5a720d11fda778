import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** Which folders, and which files beside them, the code of a folder may import. */
const layers: Readonly<Record<string, readonly string[]>> = {
  protocol: ['protocol'],
  wire: ['wire', 'protocol'],
  core: ['core', 'protocol', 'clock.ts'],
  channel: ['channel', 'core', 'wire', 'protocol', 'options.ts', 'connection/users.ts'],
}

interface Import {
  readonly file: string
  readonly target: string
}

function importsOf(folder: string): Import[] {
  const files = readdirSync(path.join(source, folder), { recursive: true, encoding: 'utf8' })
  return files
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const file = path.join(source, folder, name)
      const found = readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g)
      return Array.from(found, ([, target = '']) => ({
        file,
        target: target.startsWith('.')
          ? path.relative(source, path.resolve(path.dirname(file), target))
          : target,
      }))
    })
}

describe('the layers', () => {
  it.each(Object.entries(layers))('let %s import nothing but %j', (folder, allowed) => {
    const imports = importsOf(folder)
    expect(imports.length + Number(folder === 'protocol')).toBeGreaterThan(0)
    const strangers = imports.filter(
      ({ target }) => !allowed.some((each) => target === each || target.startsWith(`${each}/`)),
    )
    expect(strangers).toEqual([])
  })

  it.each(Object.keys(layers))('leave %s without anything that Node alone has', (folder) => {
    const files = readdirSync(path.join(source, folder), { recursive: true, encoding: 'utf8' })
    for (const name of files.filter((each) => each.endsWith('.ts'))) {
      const text = readFileSync(path.join(source, folder, name), 'utf8')
      expect(text, name).not.toMatch(/\bBuffer\.|\bprocess\.|setImmediate|'node:/)
    }
  })
})
