import type { Brokers } from './judge/brokers.ts'
import { filesOf, isBegun, type Entry } from './course/catalog.ts'
import { judge, type Verdict, type Where } from './judge/judge.ts'
import type { Progress } from './course/progress.ts'
import { paintFor } from './screen/markdown.ts'

interface Report {
  readonly brokers: Brokers
  readonly progress: Progress
  readonly json: boolean
  readonly write: (text: string) => void
  /** Aborts the check, which then rejects. */
  readonly signal?: AbortSignal
}

/** `pnpm exercises check`: prints a verdict for each exercise; returns the exit code. */
export async function check(
  entries: readonly Entry[],
  { brokers, progress, json, write, signal }: Report,
): Promise<number> {
  let solved = 0
  for (const entry of entries) {
    const verdict = isBegun(entry) ? await verdictOn(entry, { brokers, signal }) : undefined
    if (verdict !== undefined) progress.setSolved(entry.name, verdict.solved)
    if (verdict?.solved === true) solved += 1
    write(`${json ? asJson(entry, verdict) : asText(entry, verdict)}\n`)
  }
  if (!json) write(`\n${solved} of ${entries.length} exercises solved\n`)
  return solved === entries.length ? 0 : 1
}

async function verdictOn(entry: Entry, where: Where): Promise<Verdict> {
  try {
    return await judge(entry, filesOf(entry).program, where)
  } finally {
    // Ctrl-C also kills the program, so the verdict would be that it crashed.
    where.signal?.throwIfAborted()
  }
}

function asJson({ name, number, title, lesson }: Entry, verdict: Verdict | undefined): string {
  const { solved = false, text = 'not started', seconds = 0 } = verdict ?? {}
  const begun = verdict !== undefined
  return JSON.stringify({
    name,
    number,
    title,
    lesson,
    begun,
    solved,
    verdict: text,
    seconds: Number(seconds.toFixed(2)),
  })
}

function asText({ name, number }: Entry, verdict: Verdict | undefined): string {
  const paint = paintFor(process.stdout)
  if (verdict === undefined)
    return paint(
      'dim',
      `- ${name}: not started; open it with "pnpm exercises ${number}", or copy problem.ts to program.ts`,
    )
  const mark = verdict.solved ? paint('green', '✔') : paint('red', '✘')
  return `${mark} ${paint('bold', name)}: ${verdict.text}`
}
