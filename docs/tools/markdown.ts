import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A fenced block: the numbers of its first and last line, from 0, and the lines between them. */
export interface Fence {
  /** The text after the backquotes: the language, and perhaps more. */
  readonly info: string
  readonly open: number
  readonly close: number
  readonly lines: readonly string[]
}

/** The blocks of a Markdown file that are fenced by three backquotes at the start of a line. */
export function fencesOf(lines: readonly string[]): Fence[] {
  const fences: Fence[] = []
  let open: number | undefined
  for (const [number, line] of lines.entries()) {
    if (!line.startsWith('```')) continue
    if (open === undefined) open = number
    else {
      const info = (lines[open] ?? '').slice(3).trim()
      fences.push({ info, open, close: number, lines: lines.slice(open + 1, number) })
      open = undefined
    }
  }
  if (open !== undefined) throw new Error(`the block that begins in line ${open + 1} has no end`)
  return fences
}

/** Replaces the contents of some blocks. It starts at the end, so that line numbers stay valid. */
export function withInsides(
  lines: readonly string[],
  insides: ReadonlyMap<Fence, readonly string[]>,
): string[] {
  const changed = [...lines]
  for (const [fence, inside] of [...insides].toSorted(([a], [b]) => b.open - a.open))
    changed.splice(fence.open + 1, fence.lines.length, ...inside)
  return changed
}

/** The text of a comment that has a line to itself: `<!-- word: text -->`. */
export function commentOf(word: string, line: string | undefined): string | undefined {
  const [, found, text] = /^<!-- (\w+): (.*) -->$/.exec(line ?? '') ?? []
  return found === word ? text : undefined
}

export function readLines(file: string): string[] {
  return readFileSync(join(root, file), 'utf8').split('\n')
}

/** The chapters of the course, in order: the files that begin with a number. */
export function chapters(): string[] {
  return docsPages().filter((file) => /^docs\/\d\d-/.test(file))
}

/** The pages of the site: the chapters and the reference pages. */
export function docsPages(): string[] {
  return readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => `docs/${name}`)
}

/** All pages that are checked: those of the site, the README, and those of the lessons. */
export function allPages(): string[] {
  return ['README.md', ...docsPages(), ...readmes().filter((page) => !withoutChapter(page))]
}

/** The pages that run on a cluster. The chapter comes last, because it stops the cluster. */
export function clusterPages(): string[] {
  const usesCluster = /^\$ docker compose -f docker-compose\.cluster\.yml/m
  return allPages()
    .filter((page) => usesCluster.test(readLines(page).join('\n')))
    .toReversed()
}

/** The READMEs of lessons without a chapter: their commands are not run. */
export function pagesWithoutChapter(): string[] {
  return readmes().filter(withoutChapter)
}

/** Those of lessons. A package without a tour is not a lesson. */
function readmes(): string[] {
  const lessons = readdirSync(join(root, 'packages')).filter((name) =>
    exists(`packages/${name}/tour.ts`),
  )
  return lessons
    .map((name) => `packages/${name}/README.md`)
    .toSorted()
    .filter(exists)
}

function withoutChapter(page: string): boolean {
  return !/\]\(\.\.\/\.\.\/docs\/\d/.test(readLines(page).join('\n'))
}

function exists(file: string): boolean {
  try {
    readFileSync(join(root, file))
    return true
  } catch {
    return false
  }
}
