import type { TestProject } from 'vitest/node'

import type { Row } from './tally.ts'

interface Task {
  readonly name: string
  readonly meta: { readonly fault?: Row }
  readonly tasks?: readonly Task[]
  readonly result?: { readonly state: string }
}

const columns = ['sent', 'confirmed', 'received', 'duplicates', 'lost', 'recovery'] as const

/** A vitest globalSetup that prints the fault table at the end of a run. */
export function setup(project: TestProject): () => void {
  return () => {
    const rows = project.vitest.state
      .getFiles()
      .filter(({ projectName }) => projectName === project.name)
      .flatMap((file) => rowsOf(file))
    if (rows.length > 0) process.stdout.write(`\n${table(rows)}\n`)
  }
}

function rowsOf(task: Task): string[][] {
  const { fault } = task.meta
  if (fault === undefined) return (task.tasks ?? []).flatMap(rowsOf)
  const figures = columns.map((column) => format(column, fault[column]))
  return [[task.result?.state === 'pass' ? task.name : `FAILED: ${task.name}`, ...figures]]
}

function format(column: (typeof columns)[number], value: number | undefined): string {
  if (value === undefined) return '-'
  return column === 'recovery' ? `${(value / 1000).toFixed(1)} s` : value.toLocaleString('en')
}

function table(rows: readonly (readonly string[])[]): string {
  const all = [['fault', ...columns], ...rows]
  const widths = all[0]?.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))),
    )
    .map((cells) => cells.join('  '))
    .join('\n')
}
