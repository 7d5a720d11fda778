import { withoutBrowser } from '@messaging-patterns/testkit/browser'
import { beforeAll, describe, expect, test } from 'vitest'

import { lessonPrograms } from '../build/programs.ts'
import { openTestPage, type TestPage } from './support/test-page.ts'

describe.skipIf(withoutBrowser)('an edited program', () => {
  let tested: TestPage

  beforeAll(async () => {
    tested = await openTestPage()
    return async () => {
      expect(tested.faults).toEqual([])
      await tested[Symbol.asyncDispose]()
    }
  })

  test('runs as the learner has edited it, and nothing else restarts', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const file = 'basic/src/consumer.ts'
      const source = await it.lab.source(file)
      it.start('consumer', 'basic/consumer')
      await it.prints('consumer', 'waiting')
      const other = it.start('other', 'pubsub/consumer')
      await it.prints('other', 'waiting')
      const text = source.replace('${body} received', '${body.toUpperCase()} RECEIVED')
      const spec = { id: 'consumer', name: 'consumer', program: 'basic/consumer', argv: [] }
      it.lab.start({ ...spec, edits: { [file]: text } })
      await it.prints('consumer', 'waiting', 2)
      it.start('producer', 'basic/producer', 'Hello')
      const line = await it.prints('consumer', 'RECEIVED')
      const { state } = other
      it.lab.close()
      return { text: line?.text, state }
    })
    expect(seen).toEqual({ text: 'HELLO RECEIVED', state: 'running' })
  })

  test.each([
    [
      'an exception',
      'const body = delivery.text()',
      "const body = delivery.text(); throw new Error('mine')",
    ],
    ['a syntax error', 'const body = delivery', 'const body == delivery'],
    ['an import of nothing', "from './topology.ts'", "from 'lodash'"],
  ])('names the line of %s', async (_what, before, after) => {
    const seen = await tested.page.evaluate(
      async ([old = '', changed = '']) => {
        const it = new globalThis.engine.RecordedLab()
        const file = 'basic/src/consumer.ts'
        const text = (await it.lab.source(file)).replace(old, changed)
        const spec = { id: 'consumer', name: 'consumer', program: 'basic/consumer', argv: [] }
        const consumer = it.lab.start({ ...spec, edits: { [file]: text } })
        it.start('producer', 'basic/producer', 'Hello')
        const { code } = await consumer.ended
        const problem = it.lines.find((line) => line.problem !== undefined)?.problem
        it.lab.close()
        const line = text.split('\n').findIndex((each) => each.includes(changed)) + 1
        return { code, problem, line, lines: it.textOf('consumer') }
      },
      [before, after],
    )
    expect(seen.code, seen.lines.join('\n')).toBe(1)
    expect(seen.problem, seen.lines.join('\n')).toMatchObject({ file: 'basic/src/consumer.ts' })
    expect(seen.problem?.line).toBe(seen.line)
  })

  test('can be the worker of chapter 12, which imports the files of the task queue', async () => {
    const seen = await tested.page.evaluate(async () => {
      const it = new globalThis.engine.RecordedLab()
      const file = 'tasks/src/worker.ts'
      const text = (await it.lab.source(file)).replace('succeeded: ', 'went well: ')
      const spec = { id: 'worker', name: 'worker', program: 'tasks/worker', argv: [] }
      it.lab.start({ ...spec, edits: { [file]: text } })
      await it.prints('worker', 'waiting')
      it.start('client', 'tasks/call', 'tasks.fibonacci', '10')
      await it.prints('client', 'SUCCESS')
      const line = await it.prints('worker', 'went well')
      it.lab.close()
      return line?.text
    })
    expect(seen).toBe('tasks.fibonacci went well: 55')
  })

  test.each(lessonPrograms().map(({ name }) => name))('can be %s', async (program) => {
    const seen = await tested.page.evaluate(async (name) => {
      const it = new globalThis.engine.RecordedLab()
      const file = name.replace('/', '/src/') + '.ts'
      const edits = { [file]: `${await it.lab.source(file)}\n// edited` }
      const spec = { id: 'mine', name: 'mine', program: name, argv: ['--help'] }
      const { code } = await it.lab.start({ ...spec, edits }).ended
      it.lab.close()
      return { code, text: it.textOf('mine').join('\n') }
    }, program)
    expect(seen).toEqual({ code: 0, text: expect.stringContaining('--help') })
  })
})
