import { existsSync, readdirSync, readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

interface Program {
  readonly path: string
  readonly lines: readonly string[]
}

/** The number of a lesson, from the description in its package.json: "Lesson 1: ..." */
function orderOf(lesson: string): number {
  const [, order] =
    /"Lesson (\d+): /.exec(readFileSync(`packages/${lesson}/package.json`, 'utf8')) ?? []
  return Number(order)
}

/** The packages that have a tour: one without, such as the service, is not a lesson. */
function lessons(): string[] {
  return readdirSync('packages').filter((name) => existsSync(`packages/${name}/tour.ts`))
}

/** Every program of every lesson: a file that runs a command of its lesson. */
const programs: readonly Program[] = lessons().flatMap((name) =>
  readdirSync(`packages/${name}/src`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `packages/${name}/src/${file}`)
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').trimEnd().split('\n') }))
    .filter(({ lines }) => lines.some((line) => line.startsWith('await run'))),
)

/** Code that serves the command line, and not the lesson. */
const plumbing =
  /command-line\.ts'|^await run|\b(print|status|messages)\(|^const (facts|note)\b|^let /

/** The lines of code: without comments, blank lines, and lines that only close something. */
function codeOf({ lines }: Program): string[] {
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(\/\/|\/?\*)/.test(line) && !/^[)}\]]+$/.test(line))
}

const basics = programs.filter(({ path }) => orderOf(path.split('/')[1] ?? '') <= 5)
const producers = basics.filter(({ path }) => path.endsWith('/producer.ts'))
const consumers = basics.filter(({ path }) => path.endsWith('/consumer.ts'))

describe('lessons 1 to 5', () => {
  test('each have a producer and a consumer', () => {
    expect([producers.length, consumers.length]).toEqual([5, 5])
  })

  test.each(producers)('$path has at most 30 lines', ({ lines }) => {
    expect(lines.length).toBeLessThanOrEqual(30)
  })

  test.each(consumers)('$path has at most 35 lines', ({ lines }) => {
    expect(lines.length).toBeLessThanOrEqual(35)
  })

  test.each(basics)('at least half of the code of $path is the lesson', (program) => {
    const code = codeOf(program)
    const own = code.filter((line) => !plumbing.test(line))
    expect(own.length, own.join('\n')).toBeGreaterThanOrEqual(code.length / 2)
  })
})

test.each(programs)('$path has at most 60 lines', ({ lines }) => {
  expect(lines.length).toBeLessThanOrEqual(60)
})

test.each(programs)('$path opens its connection where a reader sees it', ({ lines }) => {
  const opens = /await using session = await Session\.open\(|await withReconnect\(/
  expect(lines.filter((line) => opens.test(line))).toHaveLength(1)
})
