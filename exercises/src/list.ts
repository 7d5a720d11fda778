import { isBegun, type Entry } from './catalog.ts'
import type { Progress } from './progress.ts'

/** `pnpm exercises list`: lists the exercises, as text or as JSON. */
export function list(
  catalog: readonly Entry[],
  progress: Progress,
  { json }: { readonly json: boolean },
): number {
  for (const entry of catalog) {
    const { name, number, title, lesson, teaches } = entry
    const solved = progress.isSolved(name)
    const line = json
      ? JSON.stringify({ name, number, title, lesson, teaches, begun: isBegun(entry), solved })
      : `${solved ? '✔' : ' '} ${String(number).padStart(2)}  ${title.padEnd(28)} ${lesson}`
    process.stdout.write(`${line}\n`)
  }
  return 0
}
