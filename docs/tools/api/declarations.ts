import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Member {
  readonly name: string
  readonly doc: string
  readonly text: string
}

/** Something that a package exports. */
export interface Declaration {
  readonly kind: 'class' | 'interface' | 'function' | 'const' | 'type'
  readonly name: string
  readonly doc: string
  /** Without its members. Overloads of a function are several lines. */
  readonly text: string
  readonly members: readonly Member[]
}

/**
 * The exports of a module, in its order, from the declaration files that tsc has emitted: every
 * statement begins in the first column there, and every member of a class is indented by four spaces.
 */
export function exportsOf(file: string): Declaration[] {
  const statements = statementsOf(readFileSync(file, 'utf8').split('\n'), '')
  const found = statements.flatMap(({ doc, text }) => {
    const [, names, from] = /^export (?:type )?\{(.+?)\}(?: from '(.+)')?;$/s.exec(text) ?? []
    if (names !== undefined) return namesIn(names).flatMap((name) => find(name, from ?? '', file))
    const [, everything] = /^export (?:type )?\* from '(.+)';$/.exec(text) ?? []
    if (everything !== undefined) return exportsOf(fileOf(everything, file))
    return declarationOf(doc, text) ?? []
  })
  return withOverloads(found)
}

function namesIn(list: string): string[] {
  return list.split(',').map((name) => name.trim().replace(/^type /, ''))
}

function fileOf(specifier: string, from: string): string {
  return join(dirname(from), specifier.replace(/\.[jt]s$/, '.d.ts'))
}

/** An exported name: from the module it is exported from, or else the one it was imported from. */
function find(name: string, from: string, file: string): Declaration[] {
  const imported = from === '' ? importOf(name, file) : from
  return exportsOf(fileOf(imported, file)).filter((each) => each.name === name)
}

function importOf(name: string, file: string): string {
  for (const [, names = '', from = ''] of readFileSync(file, 'utf8').matchAll(
    /^import (?:type )?\{(.+?)\} from '(.+)';$/gm,
  ))
    if (namesIn(names).includes(name)) return from
  throw new Error(`${file} exports ${name}, which it neither declares nor imports`)
}

interface Statement {
  readonly doc: string
  readonly text: string
}

/** The statements with this indentation, each with the comment above it. */
function statementsOf(lines: readonly string[], indent: string): Statement[] {
  const statements: Statement[] = []
  let doc = ''
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at]?.slice(indent.length) ?? ''
    const isComment = first.startsWith('/**')
    if (!isComment && !/^[\w[]/.test(first)) continue
    const isLast = isComment ? isEndOfComment : endOf(first, indent)
    const start = at
    while (at < lines.length - 1 && !isLast(lines[at] ?? '')) at += 1
    const all = lines.slice(start, at + 1)
    if (isComment) doc = textOfComment(all)
    else {
      statements.push({ doc, text: all.map((line) => line.slice(indent.length)).join('\n') })
      doc = ''
    }
  }
  return statements
}

function isEndOfComment(line: string): boolean {
  return line.endsWith('*/')
}

/** Tells whether a line is the last one of a statement, which is known by its first line. */
function endOf(first: string, indent: string): (line: string) => boolean {
  if (first.endsWith('{}')) return () => true
  const brace = `${indent}}`
  // The members of a class end with semicolons, too.
  if (first.endsWith('{')) return (line) => line.startsWith(brace)
  return (line) => line.endsWith(';')
}

function textOfComment(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim().replace(/^\/?\*+\/? ?/, ''))
    .join('\n')
    .replace(/\s*\*\/$/, '')
    .trim()
}

const pattern =
  /^export (?:declare )?(?:abstract )?(?<kind>class|interface|function|const|type) (?<name>\w+)/

function declarationOf(doc: string, text: string): Declaration | undefined {
  const { kind, name } = pattern.exec(text)?.groups ?? {}
  if (name === undefined || !isKind(kind) || doc.includes('@internal')) return undefined
  const plain = text.replace(/^export (declare )?/, '')
  if (kind !== 'class' && kind !== 'interface')
    return { kind, name, doc, text: plain.replace(/;$/, ''), members: [] }
  const [head = '', ...body] = plain.split('\n')
  const members = statementsOf(body.slice(0, -1), '    ')
    .filter((each) => !/^(private|protected) /.test(each.text) && !each.doc.includes('@internal'))
    .map((each) => ({ name: nameOf(each.text), doc: each.doc, text: each.text.replace(/;$/, '') }))
  return { kind, name, doc, text: head.replace(/ \{\}?$/, ''), members }
}

function isKind(kind: string | undefined): kind is Declaration['kind'] {
  return kind !== undefined
}

/** The name of a member: `open`, `constructor`, `[Symbol.asyncDispose]`. */
function nameOf(member: string): string {
  return /^(?:(?:static|readonly|get|set|abstract) )*(\[[\w.]+\]|\w+)/.exec(member)?.[1] ?? member
}

function withOverloads(all: readonly Declaration[]): Declaration[] {
  const merged = new Map<string, Declaration>()
  for (const each of all) {
    const first = merged.get(each.name)
    const both = first && { ...first, text: `${first.text}\n${each.text}` }
    merged.set(each.name, both ?? each)
  }
  return [...merged.values()]
}
