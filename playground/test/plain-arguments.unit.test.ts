import realYargs from 'yargs'
import { describe, expect, test } from 'vitest'

import standIn from '../src/standins/command-line/parser.ts'

const double = (value: unknown): number => {
  const number = 2 * Number(value)
  if (Number.isNaN(number)) throw new Error('not a number')
  return number
}

type Parser = ReturnType<typeof realYargs>

/** Describes a command line in the way of the shared package. */
function parserOf(create: () => Parser): Parser {
  return create()
    .command('$0 <task> [words..]', false, (builder) =>
      builder
        .positional('task', { type: 'string' })
        .positional('words', { type: 'string', default: ['nothing'] })
        .option('count', { requiresArg: true, coerce: double })
        .option('name', { type: 'string', requiresArg: true, default: 'x' })
        .option('type', { type: 'string', requiresArg: true, choices: ['a', 'b'] })
        .option('tag', { type: 'string', array: true, requiresArg: true })
        .option('quiet', { type: 'boolean', default: false })
        .option('loud', { type: 'boolean', conflicts: 'quiet' }),
    )
    .strict()
    .version(false)
    .exitProcess(false)
    .parserConfiguration({ 'camel-case-expansion': false })
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of yargs as the shared package needs
const plainYargs = standIn as () => Parser

async function read(create: () => Parser, line: string): Promise<Record<string, unknown>> {
  const args = await parserOf(create).parseAsync(line === '' ? [] : line.split(' '))
  return { ...args, _: undefined, $0: undefined }
}

describe('the stand-in for yargs', () => {
  test.each([
    ['bake'],
    ['bake sponge tart'],
    ['bake 007 1e3 a=b'],
    ['bake --count 12 sponge'],
    ['--count 0x10 --quiet bake'],
    ['bake --name Ann --type b'],
    ['bake \0-x'],
  ])('reads "%s" as yargs does', async (line) => {
    expect(await read(plainYargs, line)).toEqual(await read(realYargs, line))
  })

  test.each([
    // Mistakes, for which yargs has the words.
    '',
    '--quiet',
    'bake --nothing',
    'bake --count',
    'bake --count one',
    'bake --count --quiet',
    'bake --type c',
    // What yargs can read, too.
    '--help',
    'bake -h',
    'bake --count=1',
    'bake --count 1 --count 2',
    'bake --no-quiet',
    'bake --quiet true',
    'bake --loud',
    'bake --words sponge',
    'bake --tag red',
    'bake "sponge"',
    'bake --name -x',
    'bake --',
  ])('leaves "%s" to yargs', async (line) => {
    // Only a page has this file.
    await expect(read(plainYargs, line)).rejects.toThrow(/yargs\.js/)
  })
})
