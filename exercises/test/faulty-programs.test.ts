import { readFile } from 'node:fs/promises'

import { expect, it } from 'vitest'

import { embedded } from '../src/judge/brokers.ts'
import { filesOf, readCatalog, type Entry } from '../src/course/catalog.ts'
import { judge } from '../src/judge/judge.ts'
import { compile } from '../src/trial/compile.ts'
import { Learner } from '../src/trial/learner.ts'
import { programOf } from './scratch.ts'

const [send, bake] = (await readCatalog()) as [Entry, Entry]
const timeouts = { quiet: 500, moment: 100 }

async function verdictOn(source: string, exercise = send): Promise<string> {
  await using faulty = await programOf(source)
  const { text, solved } = await judge(exercise, faulty.program, { brokers: embedded, timeouts })
  expect(solved).toBe(false)
  return text
}

const session = `import { Session } from '@messaging-patterns/shared'
await using session = await Session.open()
const queue = await session.queue('orders')
`

it('names the line at which a program does not compile', async () => {
  expect(await verdictOn(`${session}for (const order of [) {}\n`)).toMatch(
    /^Your program does not compile: Unexpected "\)" \(exercises\/\.scratch-\w+\/program\.ts:4\)$/,
  )
})

it('names the line at which a program throws', async () => {
  expect(await verdictOn(`${session}\nawait queue.sned('order 1')\n`)).toMatch(
    /^Your program crashed: TypeError: queue\.sned is not a function \(exercises\/.*\/program\.ts:5\)$/,
  )
})

it('names the line of an await that fails in a library', async () => {
  expect(await verdictOn(`${session}\nawait session.queue('amq.mine')\n`)).toMatch(
    /^Your program crashed: MessagingError: .*amq.*program\.ts:5\)$/,
  )
})

it('shows a thrown value that is not an Error', async () => {
  expect(await verdictOn(`${session}throw 'in the towel'\n`)).toMatch(
    /^Your program crashed: in the towel/,
  )
})

it('names the line that imports a missing module', async () => {
  expect(await verdictOn(`import { bake } from './wrld.ts'\nbake()\n`)).toMatch(
    /^Your program does not compile: Could not resolve "\.\/wrld\.ts" \(exercises\/.*program\.ts:1\)$/,
  )
})

it('names the line at which a program waits forever', async () => {
  expect(
    await verdictOn(`${session}await queue.bind(await new Promise(() => {}))\n`, bake),
  ).toMatch(/^Your program baked nothing: .* waits at exercises\/.*\/program\.ts:4/)
})

it('names the last await before an endless loop', async () => {
  expect(await verdictOn(`${session}let n = 0\nwhile (queue) n += 1\n`, bake)).toMatch(
    /^Your program is stuck in a loop without an await, after the await at exercises\/.*\/program\.ts:3:/,
  )
})

it('can answer a program that has just died', async () => {
  const { program, ...file } = await programOf(
    `import { bake } from '../world.ts'
void bake('order 1')
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)
`,
  )
  await using _ = file
  await using compiled = await compile(program)
  // Meanwhile the program dies, and this process cannot notice it.
  const busy = (): Promise<void> => {
    for (const begin = Date.now(); Date.now() < begin + 2000;);
    return Promise.resolve()
  }
  const start = { program, compiled: compiled.file, url: 'amqp://localhost:1', answerTimeout: 0 }
  await using learner = new Learner({ ...start, traces: false }, busy)
  expect(await learner.end()).toEqual({ code: null, signal: 'SIGKILL' })
})

it('gives a program that is slow to start the time to do something', async () => {
  const solution = await readFile(filesOf(bake).solution, 'utf8')
  const slow = `for (const begin = Date.now(); Date.now() < begin + 2500; );
await new Promise((resolve) => setTimeout(resolve, 150))
`
  await using program = await programOf(solution.replace('await using', () => `${slow}await using`))
  const where = { brokers: embedded, timeouts: { quiet: 300, moment: 100 } }
  expect(await judge(bake, program.program, where)).toMatchObject({ solved: true })
})

it('can be aborted in the middle of a check', async () => {
  await using faulty = await programOf(`${session}setInterval(() => {}, 1000)\n`)
  const stop = new AbortController()
  const where = { brokers: embedded, timeouts, signal: stop.signal }
  const judging = judge(bake, faulty.program, where)
  stop.abort()
  await expect(judging).rejects.toThrow('aborted')
})
