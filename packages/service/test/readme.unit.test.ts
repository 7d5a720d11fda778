import { readdirSync, readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

function rowsOf(pattern: RegExp): string[] {
  return [...readme.matchAll(pattern)].map(([, cell = '']) => cell).toSorted()
}

/** The places in the source where a fault point is reached. */
function pointsInSource(): string[] {
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  const sources = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`src/${name}`, root), 'utf8'))
  return sources
    .flatMap((source) => [...source.matchAll(/faults\.reach\(['`](.*)['`]\)/g)])
    .map(([, point = '']) => point.replace(/\$\{.*\}/, 'ROLE'))
    .toSorted()
}

test('the README lists every fault point in the source', () => {
  expect(rowsOf(/^\| `((?:api|relay|ROLE): .*?)`/gm)).toEqual(pointsInSource())
})

test('chapter 14 has the same table as the README', () => {
  const chapter = readFileSync(new URL('../../docs/14-service.md', root), 'utf8')
  const tableIn = (text: string): string[] =>
    [...text.matchAll(/^\| `(?:api|relay|ROLE): .*$/gm)].map(([row]) => row.replaceAll(/ +/g, ' '))
  expect(tableIn(chapter)).toEqual(tableIn(readme))
})

test('the README lists every folder of the source', () => {
  const entries = readdirSync(new URL('src/', root), { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const table = readme.slice(readme.indexOf('## The source'))
  for (const folder of folders) expect(table).toContain(`| \`${folder}\``)
})
