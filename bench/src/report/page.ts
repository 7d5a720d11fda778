import { groups } from '../benchmarks/groups.ts'
import type { Results } from '../harness/result.ts'
import { conclusions } from './conclusions.ts'
import { byGroup, headingOf } from './groups.ts'
import { describe, plotOf } from './plot.ts'
import { tablesPage } from './tables-page.ts'

/** The generated files: their paths relative to the root of the repository, and their contents. */
export function pageFiles(results: Results): Map<string, string> {
  const files = new Map<string, string>()
  files.set('docs/performance.md', pageOf(results))
  files.set('docs/performance-tables.md', tablesPage(results))
  for (const [group, members] of byGroup(results))
    for (const scheme of ['light', 'dark'] as const)
      files.set(`docs/pictures/${pictureOf(group)}-${scheme}.svg`, plotOf(members, scheme))
  return files
}

function pageOf(results: Results): string {
  const sections = [...byGroup(results)].flatMap(([group, members]) => [
    '',
    `## ${headingOf(group)}`,
    '',
    groups[group] ?? '',
    '',
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="./pictures/${pictureOf(group)}-dark.svg">`,
    `  <img src="./pictures/${pictureOf(group)}-light.svg" alt="${describe(members)}">`,
    '</picture>',
  ])
  const lines = ['# Performance', '', ...conclusions(results), '', ...method(results), ...sections]
  return `${lines.join('\n')}\n`
}

function method({ date, quick, machine, versions }: Results): string[] {
  const { cpu, cores, memory, system } = machine
  return [
    '## How it was measured',
    '',
    '`pnpm bench` measured every number on this page, and the page is generated from its results. [The tables](performance-tables.md)',
    'have all of them.',
    '',
    '**Look at the ratios.** The candidates of a benchmark took turns, round by round, on the same broker within the same minutes.',
    'A ratio is the median of the ratios of all rounds. The line in a plot goes from the lowest to the highest. If it is long,',
    'the machine was doing other work, and a small difference means nothing. The absolute numbers depend on the machine, so',
    'yours will be different.',
    '',
    `Measured on ${date}${quick ? ', in a quick run, so the numbers are rough' : ''}: ${cpu}, with ${cores} cores for clients and brokers together,`,
    `${memory} GiB, ${system}. ${list(versions)}.`,
    '',
    '- **Messages are published to an exchange without queues**, except for "end to end". RabbitMQ confirms such a message',
    '  immediately. With a queue, every client would spend its time waiting for the disk, and they would all look the same.',
    "- **All clients send the same messages**: persistent, with a content type and a message id, and with Nagle's algorithm",
    '  turned off. Only @cloudamqp/amqp-client has no option for the latter. Libraries for tasks send their own.',
    "- **Clients connect to RabbitMQ at the address of its container.** Docker's proxy for published ports would copy every byte again,",
    '  on the same cores, and no other broker here has one.',
    '- **amqplib is the baseline**, in a program written for speed: with callbacks, a counter for the window, and waiting when',
    '  the socket is full. `amqplib, no message ids` and `amqplib, with confirms` (for RPC calls) show what those cost.',
    "- **PyRMQ's approach** is a new connection for each message. Its row measures that approach, with pika.",
    '',
    'The README in `bench/` explains the method, and how to add a client.',
  ]
}

function list(versions: Results['versions']): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}

function pictureOf(group: string): string {
  return `performance-${group.replaceAll(/[^\w]+/g, '-').toLowerCase()}`
}
