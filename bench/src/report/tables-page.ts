import type { BenchmarkResult, Results } from '../harness/result.ts'
import { byGroup, headingOf } from './groups.ts'
import { markdownTable } from './markdown.ts'
import { summaryOf } from './summary.ts'

/** The page with a table for each benchmark. */
export function tablesPage(results: Results): string {
  const sections = [...byGroup(results)].flatMap(([group, members]) => [
    '',
    `## ${headingOf(group)}`,
    ...members.flatMap(sectionOf),
  ])
  return `${[...introduction, ...sections].join('\n')}\n`
}

const introduction = [
  '# Performance: the tables',
  '',
  'All numbers of the last full run. [Performance](performance.md) says what they mean, and how they were measured.',
  '',
  'The numbers are medians of all rounds. A ratio is the median of the ratios of all rounds, followed by the lowest and the',
  'highest. If those two are far apart, the machine was doing other work, and a small difference means nothing.',
]

function sectionOf(result: BenchmarkResult): string[] {
  const { headings, lines } = summaryOf(result)
  const [, ...rest] = headings
  return ['', `**${headingOf(result.name)}**`, '', ...markdownTable(['Candidate', ...rest], lines)]
}
