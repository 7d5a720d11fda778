import { groups } from '../groups.ts'
import type { Results, RowResult } from '../result.ts'
import { summaryOf } from '../summary.ts'
import { markdownTable } from './markdown.ts'
import { describe, plotOf } from './plot.ts'

/** The files that the results are shown in: their paths below the project's folder, and their text. */
export function pageFiles(results: Results): Map<string, string> {
  const files = new Map<string, string>()
  files.set('docs/performance.md', pageOf(results))
  for (const [group, rows] of byGroup(results))
    for (const scheme of ['light', 'dark'] as const)
      files.set(`docs/pictures/${pictureOf(group)}-${scheme}.svg`, plotOf(rows, scheme))
  return files
}

function pageOf(results: Results): string {
  const sections = [...byGroup(results)].flatMap(([group, rows]) => [
    '',
    `## ${title(group)}`,
    '',
    groups[group] ?? '',
    '',
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="./pictures/${pictureOf(group)}-dark.svg">`,
    `  <img src="./pictures/${pictureOf(group)}-light.svg" alt="${describe(rows)}">`,
    '</picture>',
    '',
    '<details>',
    '<summary>The figures</summary>',
    ...rows.flatMap(sectionOf),
    '',
    '</details>',
  ])
  return `${[...introduction(results), ...sections].join('\n')}\n`
}

function introduction({ date, quick, machine, versions }: Results): string[] {
  const { cpu, cores, memory, system } = machine
  return [
    '# Performance',
    '',
    'What the layer in `shared/` costs, how other clients compare, and what the embedded broker does beside RabbitMQ.',
    'This page is made by `pnpm bench` from what it measured: no figure on it was typed.',
    '',
    '**Read the ratios.** The contenders of a table took turns, round by round, on the same broker in the same minutes; a',
    'ratio is the median of those of the rounds, and beside it stand the lowest and the highest. Where these are far',
    'apart, the machine had other work, and nothing follows from a small difference. The absolute figures are those of',
    'one machine and will not be yours. The CPU time of a message is steadier than its wall time; less is better there.',
    '',
    `Measured on ${date}${quick ? ', in a quick run, whose figures are rough' : ''}: ${cpu} with ${cores} cores for clients`,
    `and brokers together, ${memory} GiB, ${system}. ${list(versions)}.`,
    '',
    '- **Publishing goes to an exchange without a queue**, but for "end to end". RabbitMQ confirms such a message at once. In',
    '  a queue each would wait for the disk, and all clients would look the same.',
    '- **All send the same**: persistent bytes with a content type and a message id, over sockets without delay. Only',
    '  @cloudamqp/amqp-client cannot be told the last.',
    '- **amqplib is the reference**, written for speed: callbacks, a counted window, waiting when the socket is full.',
    '  `amqplib, no message ids` and `amqplib, with confirms` (of calls) show what those cost.',
    '- **PyRMQ publishes each message on a connection of its own**; its row is that behaviour, not its code.',
    '',
    'How it is done, and how a contender is added, says `bench/README.md`.',
  ]
}

function list(versions: Results['versions']): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

function sectionOf(row: RowResult): string[] {
  const { headings, lines } = summaryOf(row)
  const [, ...rest] = headings
  return ['', `**${title(row.name)}**`, '', ...markdownTable(['Contender', ...rest], lines)]
}

function byGroup({ rows }: Results): Map<string, RowResult[]> {
  const found = new Map<string, RowResult[]>()
  for (const row of rows) found.set(row.group, [...(found.get(row.group) ?? []), row])
  return found
}

function title(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function pictureOf(group: string): string {
  return `performance-${group.replaceAll(/[^\w]+/g, '-').toLowerCase()}`
}
