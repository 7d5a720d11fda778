import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { exportsOf } from '../tools/api/declarations.ts'
import { entries, referencePages } from '../tools/api/reference.ts'
import { readLines } from '../tools/markdown.ts'

const folder = mkdtempSync(join(tmpdir(), 'messaging-patterns-declarations-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** Writes declaration files, and returns the path of the first. */
function files(contents: Readonly<Record<string, readonly string[]>>): string {
  for (const [name, lines] of Object.entries(contents))
    writeFileSync(join(folder, name), lines.join('\n'))
  return join(folder, Object.keys(contents)[0] ?? '')
}

test('a class has its public members, with their comments', () => {
  const [found] = exportsOf(
    files({
      'class.d.ts': [
        '/** Sends messages. */',
        'export declare class Sender extends Base {',
        '    #private;',
        '    private constructor();',
        '    /**',
        '     * Sends one message.',
        '     *',
        '     * Rejects if nobody listens.',
        '     */',
        '    send(body: string, { retry }?: {',
        '        retry?: boolean;',
        '    }): Promise<void>;',
        '    /** @internal */',
        '    raw(): void;',
        '    /** Its queue. */',
        '    readonly queue: string;',
        '}',
      ],
    }),
  )
  expect(found).toEqual({
    kind: 'class',
    name: 'Sender',
    doc: 'Sends messages.',
    text: 'class Sender extends Base',
    members: [
      {
        name: 'send',
        doc: 'Sends one message.\n\nRejects if nobody listens.',
        text: 'send(body: string, { retry }?: {\n    retry?: boolean;\n}): Promise<void>',
      },
      { name: 'queue', doc: 'Its queue.', text: 'readonly queue: string' },
    ],
  })
})

test('exports are followed into other files, and what is not exported is left out', () => {
  const found = exportsOf(
    files({
      'index.d.ts': [
        "import { Imported } from './other.js';",
        "export { one, type Two } from './other.js';",
        "export type * from './third.ts';",
        'export { Imported };',
        'export {};',
      ],
      'other.d.ts': [
        'export declare function one(a: string): void;',
        'export declare function one(a: number): void;',
        'export type Two = {',
        '    a: string;',
        '};',
        'export declare class Imported {}',
        'export declare const hidden = 1;',
      ],
      'third.d.ts': ['export interface Three {', '    /** A number. */', '    three: number;', '}'],
    }),
  )
  expect(found.map(({ text, members }) => [text, members.length])).toEqual([
    ['function one(a: string): void\nfunction one(a: number): void', 0],
    ['type Two = {\n    a: string;\n}', 0],
    ['interface Three', 1],
    ['class Imported', 0],
  ])
})

const pages = new Map(referencePages().map(({ page, content }) => [page, content]))

test.each(entries)(
  'the page about $specifier has all its exports',
  ({ page, folder: name, file }) => {
    const source = readLines(`${name}/src/${file.replace('.d.ts', '.ts')}`).join('\n')
    const named = [...source.matchAll(/^export (?:type )?\{(.+?)\}/gms)]
      .flatMap(([, list = '']) => list.split(','))
      .map((each) => each.trim().replace(/^type /, ''))
      .filter((each) => each !== '')
    expect(named.length).toBeGreaterThan(4)
    const headings = [...(pages.get(page) ?? '').matchAll(/^### (.+)$/gm)].map(([, each]) => each)
    expect(headings).toEqual(expect.arrayContaining(named))
  },
)

test('a page explains members, and links the names in them', () => {
  const client = pages.get('client') ?? ''
  expect(client).toContain(
    '<dt id="session-queue"><code>queue(name?: string, options?: <a href="#queueoptions">QueueOptions</a>): Promise&lt;<a href="#queue">Queue</a>></code></dt>',
  )
  expect(client).toContain('End the session with `await using` or [`close`](#session-close).')
  expect(pages.get('command-line')).toContain(
    "```ts\nconst runSender = defineCommand({\n  name: 'demo sender',",
  )
  expect(client).not.toMatch(/@(?:internal|link|example|param)|#private/)
})
