import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Folders with more than a dozen source files, and why they are not divided further. */
const exceptions: Readonly<Record<string, string>> = {
  'bench/src/clients': 'one program per client, in four languages',
  'packages/retries/src': 'seven programs, one per experiment, and what they share',
  'packages/service/test': 'what the tests of crashes, of the load and of the database share',
  'packages/streams/src': 'nine programs, one per experiment, and what they share',
  'packages/tasks/src': 'six programs, and what they share',
  'playground/src/scenes/chapters': 'one scene per chapter, and a second one for chapter 8',
}

/** How many source files each folder has. Test files do not count. */
async function sourceFiles(): Promise<ReadonlyMap<string, number>> {
  const patterns = ['*.ts', '*.js', '*.mjs', '*.py', ':!*.test.ts']
  const { stdout } = await execa('git', ['ls-files', ...patterns], { cwd: root })
  const counts = new Map<string, number>()
  for (const folder of stdout.split('\n').map((file) => dirname(file)))
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  return counts
}

test('a folder has at most a dozen source files, or a reason', async () => {
  const large = [...(await sourceFiles())]
    .filter(([, count]) => count > 12)
    .map(([folder]) => folder)
  expect(large.toSorted()).toEqual(Object.keys(exceptions))
})
