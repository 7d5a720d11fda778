// `pnpm reset`: deletes what the lessons have left on a broker, and nothing else.
import { createInterface } from 'node:readline/promises'

import { defaultUrl } from '@messaging-patterns/shared'

import { Admin } from './admin.ts'
import { parse, urlOf } from './arguments.ts'
import { chooseLessons, findLessons, type Lesson } from './lessons.ts'
import { counted, findLeft, type Left } from './left.ts'
import { run } from './run.ts'

await run(main)

async function main(argv: readonly string[]): Promise<number> {
  const args = parse(argv, {
    name: 'reset',
    describe:
      'Deletes the queues and exchanges that the lessons declare, with the messages in them.',
    words: '[lessons..]',
    options: {
      lessons: { type: 'string', array: true, describe: 'Names or numbers of lessons' },
      yes: { type: 'boolean', describe: 'Do not ask' },
      folder: { type: 'string', hidden: true, describe: 'Where the lessons are' },
    },
    examples: [
      ['', 'what all lessons have left'],
      ['basic --yes', 'what this one has left, without a question'],
    ],
  })
  if (typeof args === 'number') return args
  const lessons = chooseLessons(await findLessons(args.folder), args.lessons ?? [])
  await using admin = await Admin.connect(urlOf(args) ?? defaultUrl)
  return await reset(admin, lessons, { yes: args.yes === true })
}

async function reset(
  admin: Admin,
  lessons: readonly Lesson[],
  { yes }: { readonly yes: boolean },
): Promise<number> {
  const left = await findLeft(admin, lessons)
  const where = `${admin.product} ${admin.version} at ${admin.url}`
  if (left.length === 0) {
    say(`There is nothing of the lessons on ${where}.`)
    return 0
  }
  say(`The lessons have left on ${where}:`)
  for (const each of left) say(`  ${describe(each)}`)
  if (!yes && !(await confirmed(left.length))) return 1
  let failed = 0
  for (const each of left) failed += (await deleteLeft(admin, each)) ? 0 : 1
  return failed === 0 ? 0 : 1
}

function describe({ kind, name, state }: Left): string {
  if (state === 'locked') return `${kind} ${name} (exclusive to another connection)`
  const { messages, consumers } = state
  const counts = [
    messages > 0 && counted(messages, 'message'),
    consumers > 0 && counted(consumers, 'consumer'),
  ].filter((count) => count !== false)
  return `${kind} ${name}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`
}

async function confirmed(count: number): Promise<boolean> {
  const them = count === 1 ? 'it' : 'them'
  if (!process.stdin.isTTY) {
    process.stderr.write(`error: nobody is here to ask; --yes deletes ${them}\n`)
    return false
  }
  const input = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await input.question(`Delete ${them}? [y/N] `)
  input.close()
  if (/^y(es)?$/i.test(answer.trim())) return true
  say('Nothing was deleted.')
  return false
}

async function deleteLeft(admin: Admin, { kind, name, state }: Left): Promise<boolean> {
  if (state === 'locked') {
    process.stderr.write(`error: end the program that has the queue "${name}" for itself\n`)
    return false
  }
  if (kind === 'queue') await admin.deleteQueue(name)
  else await admin.deleteExchange(name)
  say(`deleted ${kind} ${name}`)
  return true
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
