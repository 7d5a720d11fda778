import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { brokerForEachTest, programsOn } from '@messaging-patterns/testkit'
import { expect, onTestFinished, test } from 'vitest'

import { celeryWorker, python } from './celery.ts'

const broker = brokerForEachTest()
const { run, start } = programsOn(broker)

/** The program in Python that the chapter shows, in a folder of its own. */
async function programOfChapter(): Promise<string> {
  const chapter = await readFile(new URL('../../../docs/12-tasks.md', import.meta.url), 'utf8')
  const [, program = ''] = /```python\n(.*?)```/s.exec(chapter) ?? []
  expect(program).toContain('amqp://localhost')
  const folder = await mkdtemp(join(tmpdir(), 'tasks-python-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'tasks.py'), program.replace('amqp://localhost', broker.url))
  return folder
}

async function callAdd(...numbers: readonly string[]): Promise<string> {
  const { stdout } = await run('packages/tasks/src/call.ts', 'tasks.add', ...numbers)
  return stdout
}

test.skipIf(python === undefined)(
  'the worker in Python that the chapter shows shares a queue with ours',
  async () => {
    const folder = await programOfChapter()
    await using theirs = await celeryWorker(broker, {
      app: 'tasks',
      env: { PYTHONPATH: folder },
    })
    await using ours = start('packages/tasks/src/worker.ts')
    await ours.says(/waiting for tasks/)
    expect(await callAdd('2', '3')).toBe('tasks.add PENDING\ntasks.add SUCCESS: 5\n')
    expect(await callAdd('20', '30')).toBe('tasks.add PENDING\ntasks.add SUCCESS: 50\n')
    await ours.hasLines(2)
    expect(ours.lines).toEqual(['tasks.add received', 'tasks.add succeeded: 50'])
    await theirs.says(/succeeded in .*: 5\n/)
  },
)
