import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { root } from '../markdown.ts'
import { exportsOf, type Declaration, type Member } from './declarations.ts'

interface Entry {
  /** The name of its page. */
  readonly page: string
  readonly title: string
  /** What a program imports. */
  readonly specifier: string
  readonly folder: 'broker' | 'shared'
  /** Its declaration file, in the output of tsc. */
  readonly file: string
  readonly about: string
}

/** The entry points that have a page of the reference. */
export const entries: readonly Entry[] = [
  {
    page: 'client',
    title: 'The client',
    specifier: '@messaging-patterns/shared',
    folder: 'shared',
    file: 'index.d.ts',
    about: 'The client that the lessons use: a session with its queues, exchanges and streams.',
  },
  {
    page: 'command-line',
    title: 'The command line',
    specifier: '@messaging-patterns/shared/cli',
    folder: 'shared',
    file: 'cli/index.d.ts',
    about: 'What the programs of the lessons have in common: options, output and signals.',
  },
  {
    page: 'broker',
    title: 'The broker',
    specifier: '@messaging-patterns/broker',
    folder: 'broker',
    file: 'index.d.ts',
    about: 'The embedded broker: how to start it, what it tells, and its limits.',
  },
  {
    page: 'testing',
    title: 'Testing',
    specifier: '@messaging-patterns/broker/testing',
    folder: 'broker',
    file: 'testing/index.d.ts',
    about: 'A broker for tests: it waits for messages, causes faults, and controls the time.',
  },
]

/** A page of Markdown for each entry point, from the declarations that tsc emits. */
export function referencePages(): { page: string; content: string }[] {
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  )
  const folder = mkdtempSync(join(tmpdir(), 'messaging-patterns-api-'))
  try {
    for (const name of new Set(entries.map((entry) => entry.folder))) {
      const project = join(root, name, 'tsconfig.build.json')
      const output = ['--emitDeclarationOnly', '--outDir', join(folder, name)]
      execFileSync(process.execPath, [tsc, '-p', project, ...output])
    }
    return entries.map((entry) => {
      const declarations = exportsOf(join(folder, entry.folder, entry.file))
      return { page: entry.page, content: pageOf(entry, declarations) }
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const groups: readonly (readonly [title: string, kinds: readonly Declaration['kind'][]])[] = [
  ['Classes', ['class']],
  ['Functions', ['function', 'const']],
  ['Types', ['interface', 'type']],
]

function pageOf({ title, specifier, about }: Entry, all: readonly Declaration[]): string {
  const sections = groups.flatMap(([heading, kinds]) => {
    const group = all
      .filter(({ kind }) => kinds.includes(kind))
      .toSorted((one, other) => one.name.localeCompare(other.name))
    const texts = group.map((each) => sectionOf(each, all))
    return group.length === 0 ? [] : [`## ${heading}`, ...texts]
  })
  return ['::: v-pre', `# ${title}`, `\`${specifier}\``, about, ...sections, ':::', ''].join('\n\n')
}

function sectionOf(declaration: Declaration, all: readonly Declaration[]): string {
  const { name, doc, text, members } = declaration
  const list = members.map((member) => memberOf(member, declaration, all))
  // Without ancestors, a class is nothing but its name, which is the heading.
  const code = /^\w+ \w+$/.test(text) ? [] : [['```ts', text, '```'].join('\n')]
  const details = list.length === 0 ? [] : ['<dl class="members">', ...list, '</dl>']
  return [`### ${name}`, textOf(doc, declaration), ...code, ...details].join('\n\n')
}

function memberOf(member: Member, owner: Declaration, all: readonly Declaration[]): string {
  const code = withLinks(member.text, all)
  const first = owner.members.find(({ name }) => name === member.name) === member
  const id = first ? ` id="${anchorOf(owner.name, member.name)}"` : ''
  return `<dt${id}><code>${code}</code></dt>\n<dd>\n\n${textOf(member.doc, owner)}\n\n</dd>`
}

function anchorOf(owner: string, member: string): string {
  return `${owner}-${member.replaceAll(/\W/g, '')}`.toLowerCase()
}

/** Escapes code, and links the names in it that are on the page. */
function withLinks(code: string, all: readonly Declaration[]): string {
  const names = new Set(all.map(({ name }) => name))
  return code
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('\n', '&#10;')
    .replaceAll(/(?<!['\w&])\b[A-Z]\w+/g, (name) =>
      names.has(name) ? `<a href="#${name.toLowerCase()}">${name}</a>` : name,
    )
}

/** The text of a doc comment as Markdown, with links to what it mentions. */
function textOf(doc: string, owner: Declaration): string {
  return doc
    .replaceAll(/\{@link (?:(\w+)\.)?(\w+)\}/g, (_, other: string | undefined, name: string) =>
      other === undefined && owner.members.every((member) => member.name !== name)
        ? `\`${name}\``
        : `[\`${other === undefined ? '' : `${other}.`}${name}\`](#${anchorOf(other ?? owner.name, name)})`,
    )
    .replaceAll(/^@param (\w+) /gm, '- `$1`: ')
    .replace(/^@example\n(.*)/ms, '```ts\n$1\n```')
    .replaceAll(/(?:^ {4}.*\n*)+/gm, (code) => {
      const lines = code.trimEnd().split('\n')
      return ['```ts', ...lines.map((line) => line.slice(4)), '```', ''].join('\n')
    })
}
