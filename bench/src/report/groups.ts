import type { BenchmarkResult, Results } from '../harness/result.ts'

/** The benchmarks of each group, in the order of the page. */
export function byGroup({ benchmarks }: Results): Map<string, BenchmarkResult[]> {
  const found = new Map<string, BenchmarkResult[]>()
  for (const result of benchmarks)
    found.set(result.group, [...(found.get(result.group) ?? []), result])
  return found
}

/** A name as a heading: it begins with a capital letter. */
export function headingOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** The link to the section of a group on the same page. */
export function linkTo(group: string): string {
  const words = group.toLowerCase().replaceAll(/[^\w\s-]/g, '')
  return `#${words.replaceAll(/\s/g, '-')}`
}
