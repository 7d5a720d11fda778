import { deadline } from '@messaging-patterns/testkit'

import { Comparison } from './compare.ts'
import { withInsides, type Fence } from './markdown.ts'
import { Scene, type Actor } from './scene.ts'
import { Terminal, type Stage } from './terminal.ts'
import { linesOf, scenesOf, type Block, type Step } from './transcript.ts'

export interface Played {
  /** The page with the outputs of this run. */
  readonly lines: readonly string[]
  readonly run: number
  /** Why the others were not run; by that the blocks themselves say, or by the broker at hand. */
  readonly notRun: readonly string[]
  readonly needRabbitMq: number
}

/** Runs the console blocks of a page; rejects with the first difference, unless it records. */
export async function play(
  lines: readonly string[],
  stage: Stage,
  { record = false, timeout = deadline } = {},
): Promise<Played> {
  const scenes = scenesOf(lines)
  const all = scenes.flat()
  const runs = (block: Block): boolean =>
    block.notRun === undefined && (stage.rabbitMq || !block.needsRabbitMq)
  const comparison = new Comparison()
  const insides = new Map<Fence, readonly string[]>()
  await using terminals = new Terminals(stage)
  for (const scene of scenes) {
    const actors = scene.filter(runs).map((block) => terminals.actor(block, all.filter(runs)))
    const found = await new Scene(actors, { comparison, record, timeout }).play()
    for (const { block } of actors) insides.set(block.fence, updated(block, found, comparison))
  }
  terminals.mustBeFree()
  return {
    lines: withInsides(lines, insides),
    run: all.filter(runs).length,
    notRun: all.flatMap(({ notRun }) => notRun ?? []),
    needRabbitMq: all.filter((block) => block.notRun === undefined && !runs(block)).length,
  }
}

/** What was shown takes the place of what should be, but for "..." that still stands for it. */
function updated(
  { steps }: Block,
  found: ReadonlyMap<Step, readonly string[]>,
  comparison: Comparison,
): string[] {
  const shown = steps.map((step) => {
    const lines = found.get(step) ?? []
    const kept = step.shows.includes('...') && new Comparison().matches(step.shows, lines)
    const act = typeof step.act === 'object' ? { type: comparison.inFact(step.act.type) } : step.act
    return { act, shows: kept ? step.shows : lines }
  })
  return linesOf(shown)
}

/** The terminals of a page, by their names. */
class Terminals implements AsyncDisposable {
  readonly #terminals = new Map<string, Terminal>()
  readonly #stage: Stage

  constructor(stage: Stage) {
    this.#stage = stage
  }

  actor(block: Block, all: readonly Block[]): Actor {
    const terminal = this.#terminals.get(block.terminal) ?? new Terminal(this.#stage)
    this.#terminals.set(block.terminal, terminal)
    const later = all.slice(all.indexOf(block) + 1)
    const next = later.find((other) => other.terminal === block.terminal)
    return { block, terminal, goesOn: typeof next?.steps[0]?.act === 'string' }
  }

  /** A reader goes to the next page with all terminals free. */
  mustBeFree(): void {
    for (const [name, terminal] of this.#terminals)
      if (terminal.running || terminal.lines.length > 0)
        throw new Error(`at the end of the page ${name} shows more: ${terminal.lines.join('\n')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const terminal of this.#terminals.values()) await terminal[Symbol.asyncDispose]()
  }
}
