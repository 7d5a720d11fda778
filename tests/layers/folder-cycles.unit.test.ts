import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { posix as path } from 'node:path'

import { expect, test } from 'vitest'

type Graph = ReadonlyMap<string, ReadonlySet<string>>

const { files, graph } = readFolders()

test('files in more than one folder import each other', () => {
  expect(files.length).toBeGreaterThan(300)
  expect(graph.get('broker/src/core')).toContain('broker/src/core/queue')
})

// Lint finds import cycles between files. A cycle between folders is harder to see: every file can be
// read on its own, but none of the folders can.
test('no folder imports another that imports it, directly or through others', () => {
  expect(cyclesIn(graph)).toEqual([])
})

test('a cycle between folders is found', () => {
  const graphWithCycle = new Map([
    ['a', new Set(['b', 'd'])],
    ['b', new Set(['c'])],
    ['c', new Set(['a'])],
    ['d', new Set<string>()],
  ])
  expect(cyclesIn(graphWithCycle)).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c', 'a'],
    ['c', 'a', 'b'],
  ])
})

/** Every folder of the repository, with the folders that its files import. Types count, too. */
function readFolders(): { files: readonly string[]; graph: Graph } {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.js', '*.mjs']
  const listed = execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean)
  const folders = new Map<string, Set<string>>()
  for (const file of listed) {
    const folder = path.dirname(file)
    const imported = folders.get(folder) ?? new Set()
    folders.set(folder, imported)
    for (const target of importedBy(file)) if (target !== folder) imported.add(target)
  }
  return { files: listed, graph: folders }
}

function importedBy(file: string): string[] {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch {
    // It is deleted, but not yet in the index.
    return []
  }
  const relative = source.matchAll(/^(?:import|export|\}).*?'(\.[^']+)'|import\('(\.[^']+)'\)/gm)
  return Array.from(relative, ([, from, dynamic]) =>
    path.dirname(path.join(path.dirname(file), from ?? dynamic ?? '')),
  )
}

/** For each folder that imports itself through others, the shortest way back. */
function cyclesIn(folders: Graph): string[][] {
  return Array.from(folders.keys()).flatMap((folder) => {
    const cycle = wayBack(folder, folders)
    return cycle === undefined ? [] : [cycle]
  })
}

function wayBack(folder: string, folders: Graph): string[] | undefined {
  const seen = new Set<string>()
  const ways = [[folder]]
  for (const way of ways)
    for (const next of folders.get(way.at(-1) ?? '') ?? []) {
      if (next === folder) return way
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  return undefined
}
