import { execFileSync } from 'node:child_process'

import { commentOf, readLines, root } from './markdown.ts'

/** An exercise, as `pnpm exercises list --json` prints it. */
interface Exercise {
  readonly name: string
  readonly number: number
  readonly title: string
  readonly lesson: string
  readonly chapter: number
  readonly teaches: string
}

let found: readonly Exercise[] | undefined

/** All exercises, in order. */
export function allExercises(): readonly Exercise[] {
  found ??= execFileSync(
    process.execPath,
    ['--import', 'tsx', 'exercises/src/cli.ts', 'list', '--json'],
    { cwd: root, encoding: 'utf8' },
  )
    .trimEnd()
    .split('\n')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what list.ts prints
    .map((line) => JSON.parse(line) as Exercise)
  return found
}

/**
 * Writes the exercises of a lesson below the comment that asks for them, or a table of all exercises.
 * They replace everything up to the next heading.
 *
 *     <!-- exercises: work-queues -->
 *     <!-- exercises: all -->
 */
export function withExercises(lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => commentOf('exercises', line) !== undefined)
  const wanted = commentOf('exercises', lines[at])
  if (wanted === undefined) return [...lines]
  const next = lines.findIndex((line, number) => number > at && line.startsWith('#'))
  const after = next === -1 ? [] : lines.slice(next)
  const shown = wanted === 'all' ? tableOf(allExercises()) : sectionOf(wanted)
  return [...lines.slice(0, at + 1), '', ...shown, '', ...after]
}

function sectionOf(lesson: string): string[] {
  const own = allExercises().filter((exercise) => exercise.lesson === lesson)
  const [first] = own
  if (first === undefined) throw new Error(`there are no exercises for a lesson "${lesson}"`)
  return [
    'Now fix some programs yourself. Each time you save, a check runs your program on a broker and tells you what happened to the',
    `messages. \`pnpm exercises ${first.number}\` opens the first of these exercises:`,
    '',
    ...own.map(({ number, title, name }) => `- ${number}, **${title}**: ${taskOf(name)}`),
  ]
}

/** The first sentence of what to do, without what it teaches: that would give the solution away. */
function taskOf(name: string): string {
  const text = readLines(`exercises/${name}/task.md`).join('\n')
  const [, task] = /\*\*Your task:\*\* ([^]*?\.)(?:\s|$)/.exec(text) ?? []
  if (task === undefined) throw new Error(`exercises/${name}/task.md does not say what to do`)
  return task.replaceAll('\n', ' ')
}

/** A table whose columns are aligned, as `pnpm fmt` wants it. */
function tableOf(exercises: readonly Exercise[]): string[] {
  const rows = [
    ['', 'exercise', 'chapter', 'what it teaches'],
    ...exercises.map(({ number, title, lesson, chapter, teaches }) => [
      `${number}`,
      title,
      `${chapter}, ${lesson}`,
      teaches,
    ]),
  ]
  const widthOf = (column: number): number =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0))
  const lineOf = (row: readonly string[], filler = ' '): string =>
    `| ${row.map((cell, column) => cell.padEnd(widthOf(column), filler)).join(' | ')} |`
  const [header = [], ...body] = rows
  return [
    lineOf(header),
    lineOf(
      header.map(() => ''),
      '-',
    ),
    ...body.map((row) => lineOf(row)),
  ]
}
