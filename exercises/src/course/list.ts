import { isBegun, type Entry } from './catalog.ts'
import { chapterOf } from './exercise.ts'
import type { Progress } from './progress.ts'

/** `pnpm exercises list`: lists the exercises, as text or as JSON. */
export function list(
  catalog: readonly Entry[],
  progress: Progress,
  { json }: { readonly json: boolean },
): number {
  for (const entry of catalog) {
    const { name, number, title, lesson, teaches } = entry
    const chapter = chapterOf(lesson)
    const solved = progress.isSolved(name)
    const about = { name, number, title, lesson, chapter, teaches, begun: isBegun(entry), solved }
    const line = json
      ? JSON.stringify(about)
      : `${solved ? '✔' : ' '} ${String(number).padStart(2)}  ${title.padEnd(28)} chapter ${String(chapter).padStart(2)}, ${lesson}`
    process.stdout.write(`${line}\n`)
  }
  return 0
}
