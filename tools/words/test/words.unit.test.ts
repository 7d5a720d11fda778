import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, onTestFinished, test } from 'vitest'

import { findIn, withoutCode } from '../find.ts'
import { rules } from '../rules.ts'

const check = fileURLToPath(new URL('../check.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')

test.for(rules.map((rule) => [String(rule.avoid), rule] as const))(
  '%s finds its examples, and nothing in the legitimate ones',
  ([, rule]) => {
    expect(rule.wrong).not.toEqual([])
    for (const text of rule.wrong) expect(findIn(text, [rule]), text).not.toEqual([])
    for (const text of rule.right ?? []) expect(findIn(text, [rule]), text).toEqual([])
  },
)

test('a finding has its place, the phrase and what to write instead', () => {
  expect(findIn('/**\n * It stops in good\n * order.\n */', rules)).toEqual([
    { line: 2, column: 13, phrase: 'in good order', write: expect.stringMatching(/^gracefully/) },
  ])
})

test.for(['// in\n// good order', '# in good\n# order', '> in good\n> order', 'in good\norder'])(
  'a phrase is found across the line break of %j',
  (text) => {
    expect(findIn(text, rules)).toHaveLength(1)
  },
)

test('a phrase does not reach from one paragraph or list item into the next', () => {
  expect(findIn('in good\n\norder', rules)).toEqual([])
  expect(findIn('- in good\n- order', rules)).toEqual([])
})

test('code in Markdown is not checked, and what follows it keeps its place', () => {
  const page = ['```console', 'mend', '```', 'a `mend` and', '~~~', '```', 'mend', '~~~', 'mend']
  expect(findIn(withoutCode(page.join('\n')), rules)).toMatchObject([{ line: 9, column: 1 }])
})

test(
  'the command fails on a phrase in a new file, and passes without one',
  { timeout: 30_000 },
  async () => {
    const root = await repositoryWith({ 'src/a.ts': '// says what mends it\n', LICENSE: 'amiss' })
    expect(await runIn(root)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('src/a.ts:1:14: "mends": write fix\n1 to replace'),
    })
    await writeFile(join(root, 'src/a.ts'), '// says what fixes it\n')
    expect(await runIn(root)).toMatchObject({ code: 0 })
  },
)

async function repositoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'words-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await run('git', ['init', '--quiet'], root)
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), text)
  }
  return root
}

function runIn(root: string, ...paths: string[]): Promise<{ code: unknown; stdout: string }> {
  return run(process.execPath, ['--import', tsx, check, ...paths], root)
}

function run(
  file: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: unknown; stdout: string }> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, timeout: 20_000 }, (error, stdout) => {
      resolve({ code: error === null ? 0 : error.code, stdout })
    })
  })
}
