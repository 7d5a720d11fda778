// `pnpm reset`: deletes what the lessons have left on a broker, and nothing else.
import { createInterface } from 'node:readline/promises'

import { defaultUrl } from '@messaging-patterns/shared'

import { Admin } from './broker/admin.ts'
import { counted, findLeftovers, type Leftover } from './broker/leftovers.ts'
import { folderOption, givenUrl, lessonsOption, parse } from './command/arguments.ts'
import { runCommand } from './command/run-command.ts'
import { chooseLessons, findLessons, type Lesson } from './course/lessons.ts'

await runCommand(main)

async function main(argv: readonly string[]): Promise<number> {
  const args = parse(argv, {
    name: 'reset',
    describe:
      'Deletes the queues and exchanges that the lessons declare, with the messages in them.',
    positionals: '[lessons..]',
    options: {
      ...lessonsOption,
      yes: { type: 'boolean', describe: 'Delete without asking' },
      ...folderOption,
    },
    examples: [
      ['', 'delete what any lesson has left'],
      ['basic --yes', 'delete what this lesson has left, without asking'],
    ],
  })
  if (typeof args === 'number') return args
  const lessons = chooseLessons(await findLessons(args.folder), args.lessons ?? [])
  await using admin = await Admin.connect(givenUrl(args) ?? defaultUrl)
  return await reset(admin, lessons, { yes: args.yes === true })
}

async function reset(
  admin: Admin,
  lessons: readonly Lesson[],
  { yes }: { readonly yes: boolean },
): Promise<number> {
  const leftovers = await findLeftovers(admin, lessons)
  const where = `${admin.product} ${admin.version} at ${admin.url}`
  if (leftovers.length === 0) {
    print(`The lessons have left nothing on ${where}.`)
    return 0
  }
  print(`The lessons have left on ${where}:`)
  for (const leftover of leftovers) print(`  ${describe(leftover)}`)
  if (!yes && !(await isConfirmed(leftovers.length))) return 1
  let failed = 0
  for (const leftover of leftovers) failed += (await deleteLeftover(admin, leftover)) ? 0 : 1
  return failed === 0 ? 0 : 1
}

function describe({ kind, name, state }: Leftover): string {
  if (state === 'locked') return `${kind} ${name} (exclusive to another connection)`
  const { messages, consumers } = state
  const counts = [
    messages > 0 && counted(messages, 'message'),
    consumers > 0 && counted(consumers, 'consumer'),
  ].filter((count) => count !== false)
  return `${kind} ${name}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`
}

async function isConfirmed(count: number): Promise<boolean> {
  const them = count === 1 ? 'it' : 'them'
  if (!process.stdin.isTTY) {
    process.stderr.write(`error: cannot ask without a terminal; to delete ${them}, add --yes\n`)
    return false
  }
  const input = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await input.question(`Delete ${them}? [y/N] `)
  input.close()
  if (/^y(es)?$/i.test(answer.trim())) return true
  print('Nothing was deleted.')
  return false
}

async function deleteLeftover(admin: Admin, { kind, name, state }: Leftover): Promise<boolean> {
  if (state === 'locked') {
    process.stderr.write(
      `error: the queue "${name}" is exclusive to another connection; stop the program that declared it\n`,
    )
    return false
  }
  if (kind === 'queue') await admin.deleteQueue(name)
  else await admin.deleteExchange(name)
  print(`deleted ${kind} ${name}`)
  return true
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
