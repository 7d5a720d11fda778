import { groups } from '../benchmarks/groups.ts'
import type { BenchmarkResult, Results } from '../harness/result.ts'
import { markdownTable } from './markdown.ts'
import { describe, plotOf } from './plot.ts'
import { summaryOf } from './summary.ts'

/** The generated files: their paths relative to the root of the repository, and their contents. */
export function pageFiles(results: Results): Map<string, string> {
  const files = new Map<string, string>()
  files.set('docs/performance.md', pageOf(results))
  for (const [group, members] of byGroup(results))
    for (const scheme of ['light', 'dark'] as const)
      files.set(`docs/pictures/${pictureOf(group)}-${scheme}.svg`, plotOf(members, scheme))
  return files
}

function pageOf(results: Results): string {
  const sections = [...byGroup(results)].flatMap(([group, members]) => [
    '',
    `## ${title(group)}`,
    '',
    groups[group] ?? '',
    '',
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="./pictures/${pictureOf(group)}-dark.svg">`,
    `  <img src="./pictures/${pictureOf(group)}-light.svg" alt="${describe(members)}">`,
    '</picture>',
    '',
    '<details>',
    '<summary>The numbers</summary>',
    ...members.flatMap(sectionOf),
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
    'What `shared` costs compared with plain amqplib, how other clients compare, and how the embedded broker compares with',
    'RabbitMQ. `pnpm bench` measured every number on this page, and the page is generated from its results.',
    '',
    '**Look at the ratios.** The candidates of a table took turns, round by round, on the same broker within the same minutes.',
    'The ratio is the median of the ratios of all rounds, followed by the lowest and the highest. If those two are far apart,',
    'the machine was doing other work, and a small difference means nothing. The absolute numbers depend on the machine, so',
    'yours will be different. CPU time per message varies less than wall time; less is better.',
    '',
    `Measured on ${date}${quick ? ', in a quick run, so the numbers are rough' : ''}: ${cpu}, with ${cores} cores for clients and brokers together,`,
    `${memory} GiB, ${system}. ${list(versions)}.`,
    '',
    '- **Messages are published to an exchange without queues**, except for "end to end". RabbitMQ confirms such a message',
    '  immediately. With a queue, every client would spend its time waiting for the disk, and they would all look the same.',
    "- **All clients send the same messages**: persistent, with a content type and a message id, and with Nagle's algorithm",
    '  turned off. Only @cloudamqp/amqp-client has no option for the latter.',
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

function sectionOf(result: BenchmarkResult): string[] {
  const { headings, lines } = summaryOf(result)
  const [, ...rest] = headings
  return ['', `**${title(result.name)}**`, '', ...markdownTable(['Candidate', ...rest], lines)]
}

function byGroup({ benchmarks }: Results): Map<string, BenchmarkResult[]> {
  const found = new Map<string, BenchmarkResult[]>()
  for (const result of benchmarks)
    found.set(result.group, [...(found.get(result.group) ?? []), result])
  return found
}

function title(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function pictureOf(group: string): string {
  return `performance-${group.replaceAll(/[^\w]+/g, '-').toLowerCase()}`
}
