import { commentOf, fencesOf, readLines, withInsides, type Fence } from './markdown.ts'

/**
 * Copies pieces of source files into the blocks that show them. A comment above a block names the
 * piece by texts in its first and last lines, so that the sources need no markers:
 *
 *     <!-- code: packages/basic/src/producer.ts from "for (const text" -->
 *
 * Without a `to "..."`, the piece ends where the indentation below its first line ends.
 */
export function withRegions(lines: readonly string[]): string[] {
  const insides = new Map<Fence, readonly string[]>()
  for (const fence of fencesOf(lines)) {
    const wanted = commentOf('code', lines[fence.open - 2])
    if (wanted !== undefined && lines[fence.open - 1] === '')
      insides.set(fence, pieceOf(wanted).lines)
  }
  return withInsides(lines, insides)
}

/** How many TypeScript blocks are copied from a source file, and how many are not. */
export function countRegions(lines: readonly string[]): { copied: number; loose: number } {
  const blocks = fencesOf(lines).filter(({ info }) => info.startsWith('ts'))
  const copied = blocks.filter(({ open }) => commentOf('code', lines[open - 2]) !== undefined)
  return { copied: copied.length, loose: blocks.length - copied.length }
}

interface Piece {
  /** The lines of the file before the piece. */
  readonly before: readonly string[]
  readonly lines: readonly string[]
}

/** The piece that a `code:` comment describes. */
export function pieceOf(wanted: string): Piece {
  const [, file, from, to] = /^(\S+)(?: from "([^"]+)"(?: to "([^"]+)")?)?$/.exec(wanted) ?? []
  if (file === undefined) throw new Error(`not a description of code: ${wanted}`)
  const lines = readLines(file)
  if (from === undefined) return { before: [], lines: lines.slice(0, -1) }
  const starts = [...lines.keys()].filter((number) => lines[number]?.includes(from) === true)
  const [start] = starts
  if (start === undefined || starts.length > 1)
    throw new Error(`${file} has ${starts.length} lines with "${from}", expected one`)
  const end = to === undefined ? endOfBlock(lines, start) : lineWith(lines, to, start)
  if (end === -1) throw new Error(`${file} has no line with "${to}" after "${from}"`)
  return { before: lines.slice(0, start), lines: dedent(lines.slice(start, end + 1)) }
}

function lineWith(lines: readonly string[], text: string, start: number): number {
  return lines.findIndex((line, number) => number >= start && line.includes(text))
}

/** The last line that is indented more than the first, or the line that closes the block. */
function endOfBlock(lines: readonly string[], start: number): number {
  const indent = indentOf(lines[start] ?? '')
  let end = start
  for (let next = start + 1; next < lines.length; next++) {
    const line = lines[next] ?? ''
    if (line.trim() === '') continue
    const closes = indentOf(line) === indent && /^\s*[)\]}]/.test(line)
    // The parameters of a function may end with a line such as "): void {", before its body.
    if (indentOf(line) > indent || (closes && line.endsWith('{'))) end = next
    else return closes ? next : end
  }
  return end
}

function dedent(lines: readonly string[]): string[] {
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map(indentOf))
  return lines.map((line) => line.slice(indent))
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
