import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { describe, expect, test } from 'vitest'

import { withExercises } from '../tools/exercises.ts'
import { pictureFiles, withPictures } from '../tools/illustrate.ts'
import { allPages, fencesOf, pagesWithoutChapter, readLines, root } from '../tools/markdown.ts'
import { countRegions, withRegions } from '../tools/regions.ts'
import { scenesOf } from '../tools/transcript.ts'

/** The anchor of a heading on GitHub, and on the site. */
function anchorOf(heading: string): string {
  const text = heading.replace(/^#+ /, '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')
}

/** The lines of a page that are not in a fenced block. */
function proseOf(lines: readonly string[]): string[] {
  const inFence = new Set(
    fencesOf(lines).flatMap(({ open, close }) =>
      Array.from({ length: close - open + 1 }, (_, i) => open + i),
    ),
  )
  return lines.filter((_, number) => !inFence.has(number))
}

function linksOf(lines: readonly string[]): string[] {
  const text = proseOf(lines)
    .join('\n')
    .replaceAll(/`[^`\n]*`/g, '')
  const markdown = [...text.matchAll(/\]\(<?([^)\s>]+)>?\)/g)].map(([, url]) => url ?? '')
  const html = [...text.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
  return [...markdown, ...html].filter((url) => !/^[a-z]+:/.test(url))
}

/** What is wrong with a link; undefined if nothing is. */
function fault(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(target)) return `${link}: no such file`
  if (anchor === undefined) return undefined
  const headings = readFileSync(target, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('#'))
  return headings.map(anchorOf).includes(anchor) ? undefined : `${link}: no such heading`
}

describe.each(allPages())('%s', (page) => {
  const lines = readLines(page)

  test('shows code as in the sources, and no other TypeScript', () => {
    expect(lines, 'run pnpm docs:update').toEqual(withRegions(lines))
    expect(countRegions(lines).loose).toBe(0)
  })

  test('has the pictures that it names', () => {
    expect(lines, 'run pnpm docs:update').toEqual(withPictures(lines))
  })

  test('lists the exercises that it names', () => {
    expect(lines, 'run pnpm docs:update').toEqual(withExercises(lines))
  })

  test('has its commands in console blocks, which are run', () => {
    const languages = fencesOf(lines).map(({ info }) => info.split(' ')[0])
    expect(languages.filter((each) => /^(sh|bash|shell|zsh|)$/.test(each ?? ''))).toEqual([])
    for (const block of scenesOf(lines).flat())
      expect(block.steps.length, `the block in line ${block.fence.open + 1}`).toBeGreaterThan(0)
  })

  test('has commands that work in every shell', () => {
    const commands = scenesOf(lines)
      .flatMap((blocks) => blocks.flatMap(({ steps }) => steps))
      .flatMap(({ act }) => (typeof act === 'object' ? [act.type] : []))
    // In zsh, the shell of a Mac, a pattern that matches no file is an error.
    const isPattern = (command: string): boolean =>
      /[?*[\]~]/.test(command.replaceAll(/'[^']*'|"[^"]*"/g, ''))
    expect(commands.filter(isPattern)).toEqual([])
  })

  test('has no link to a missing file or heading', () => {
    expect(linksOf(lines).flatMap((link) => fault(page, link) ?? [])).toEqual([])
  })

  test('describes its pictures in words', () => {
    const text = proseOf(lines).join('\n')
    const images = [...text.matchAll(/<img\b[^>]*>|!\[[^\]]*\]/g)].map(([image]) => image)
    for (const image of images) expect(image).toMatch(/alt="[^"]{20,}"|!\[[^\]]{20,}\]/)
  })
})

test('each error code has a section, and the messages in it are quoted as they are', () => {
  const errors = readFileSync(join(root, 'shared/src/errors/messaging-error.ts'), 'utf8')
  const codes = [...errors.matchAll(/^ {2}\| '(\w+)'/gm)].flatMap(([, code]) => code ?? [])
  const lines = readLines('docs/troubleshooting.md')
  const headings = lines.filter((line) => /^### [A-Z_]+$/.test(line)).map((line) => line.slice(4))
  expect(headings.toSorted()).toEqual(codes.toSorted())

  const sources = readdirSync(join(root, 'shared/src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'shared/src', name), 'utf8'))
  const said = proseOf(lines)
    .join('\n')
    .split('\n\n')
    .filter((paragraph) => paragraph.startsWith('The message says'))
    .map((paragraph) => paragraph.split('**Cause.**')[0] ?? '')
  const quotes = said.flatMap((text) => [...text.matchAll(/`([^`]+)`/g)].map(([, quote]) => quote))
  expect(quotes.length).toBeGreaterThan(8)
  for (const quote of quotes)
    expect(
      sources.some((source) => source.includes(quote ?? '')),
      quote,
    ).toBe(true)
})

test('each lesson has a chapter', () => {
  expect(pagesWithoutChapter()).toEqual([])
})

test('the pictures are up to date', () => {
  for (const [file, svg] of pictureFiles())
    expect(readFileSync(join(root, file), 'utf8'), 'run pnpm docs:update').toBe(svg)
})

test('the README of a lesson has at most ten lines', () => {
  for (const page of allPages().filter((each) => each.startsWith('packages/'))) {
    const text = proseOf(readLines(page)).filter((line) => line !== '')
    expect(text.length, relative(root, page)).toBeLessThanOrEqual(10)
  }
})

test('the README names the versions of Node on which CI tests', () => {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8')
  const [, named = ''] = /CI runs both commands on Node (.*)\.$/m.exec(read('README.md')) ?? []
  const versions = named.split(/, | and /)
  const matrices = [...read('.github/workflows/ci.yml').matchAll(/^ +node: \[(.*)\]$/gm)]
  expect(matrices).toHaveLength(2)
  for (const [, matrix = ''] of matrices)
    expect(matrix.replaceAll("'", '').split(', ')).toEqual(versions)
  const [oldest, newest] = [versions[0], versions.at(-1)]
  const used = [...read('.ci/run').matchAll(/^ *useNode ([\d.]+)$/gm)].map(([, version]) => version)
  expect(used).toEqual([newest, `${oldest}.0`])
  expect(read('package.json')).toContain(`"node": ">=${oldest}"`)
})
