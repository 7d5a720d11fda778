import { announce, type Call } from '../invocation/call.ts'
import { textOf } from './cell.ts'
import type { Command } from '../invocation/command.ts'
import { UsageFailure } from '../api/failure.ts'
import { lists, type Column, type List } from './lists.ts'
import type { JsonObject } from '../api/json.ts'

/** The commands that list something. */
export const listCommands: Readonly<Record<string, Command>> = Object.fromEntries(
  Object.entries(lists).map(([name, list]) => [name, listCommand(list)]),
)

function listCommand(list: List): Command {
  const options = [list.ofAllVhosts ? '' : '[--vhost <vhost>] ', '[--no-table-headers] ']
  return {
    usage: `${options.join('')}[--formatter <table | json>] [<column> ...]`,
    summary: list.summary,
    arity: [0, Number.POSITIVE_INFINITY],
    options: { formatter: { type: 'string' }, 'no-table-headers': { type: 'boolean' } },
    run: (call) => show(list, call),
  }
}

async function show(list: List, call: Call): Promise<void> {
  const { vhost } = call.options
  const columns = columnsOf(list, call.args)
  const asJson = formatterOf(call) === 'json'
  if (!asJson) for (const line of list.banner(call.options)) announce(call, line)
  const path = list.ofAllVhosts ? [list.resource] : [list.resource, vhost]
  const items = await call.api.list(path)
  if (asJson) printJson(items, columns, call)
  else printTable(items, columns, call)
}

type Columns = ReadonlyMap<string, Column>

function columnsOf(list: List, args: readonly string[]): Columns {
  const asked = args.length === 0 ? list.usual : args.flatMap((arg) => arg.split(','))
  const unknown = asked.filter((name) => list.columns[name] === undefined)
  if (unknown.length > 0)
    throw new UsageFailure(`Info key(s) ${unknown.toReversed().join(',')} are not supported`)
  const columns = Object.entries(list.columns).filter(([name]) => asked.includes(name))
  if (list.fixedOrder) return new Map(columns)
  return new Map(columns.toSorted(([a], [b]) => asked.indexOf(a) - asked.indexOf(b)))
}

function formatterOf(call: Call): string {
  const formatter = call.given.get('formatter') ?? 'table'
  if (formatter === 'table' || formatter === 'json') return formatter
  throw new UsageFailure(`the formatter "${formatter}" is not supported: use table or json`)
}

function printTable(items: readonly JsonObject[], columns: Columns, call: Call): void {
  if (items.length === 0) return
  const { given, options, print } = call
  if (!given.has('no-table-headers') && !options.silent) print([...columns.keys()].join('\t'))
  for (const item of items)
    print(Array.from(columns.values(), ({ kind, of }) => textOf(kind, of(item))).join('\t'))
}

/** One object per line, so that lines can be counted and searched. */
function printJson(items: readonly JsonObject[], columns: Columns, { print }: Call): void {
  print('[')
  for (const [number, item] of items.entries()) {
    const fields = Array.from(columns, ([name, { of }]) => [name, of(item) ?? ''])
    print(`${number === 0 ? '' : ','}${JSON.stringify(Object.fromEntries(fields))}`)
  }
  print(']')
}
