import { deadline, waitFor } from '@messaging-patterns/testkit'

import { Comparison } from './compare.ts'
import { withInsides, type Fence } from './markdown.ts'
import { Scene, type Actor } from './scene.ts'
import { Terminal, type Stage } from './terminal.ts'
import { brokerTerminal, linesOf, scenesOf, type Block, type Step } from './transcript.ts'

export interface Played {
  /** The page with the output of this run. */
  readonly lines: readonly string[]
  readonly run: number
  /** The reasons that pages give for blocks that are never run. */
  readonly notRun: readonly string[]
  readonly needRabbitMq: number
  readonly needEmbedded: number
}

/** Runs the console blocks of a page. Rejects at the first difference, unless it records. */
export async function play(
  lines: readonly string[],
  stage: Stage,
  { record = false, timeout = deadline } = {},
): Promise<Played> {
  const scenes = scenesOf(lines)
  const all = scenes.flat()
  const embedded = stage.brokerTerminal !== undefined
  const runs = (block: Block): boolean =>
    block.notRun === undefined &&
    (stage.rabbitMq || !block.needsRabbitMq) &&
    (embedded || !block.needsEmbedded)
  const need = (broker: 'needsRabbitMq' | 'needsEmbedded'): number =>
    all.filter((block) => block.notRun === undefined && block[broker] && !runs(block)).length
  const comparison = new Comparison()
  const insides = new Map<Fence, readonly string[]>()
  await readyBroker(stage.brokerTerminal, all)
  await using terminals = new Terminals(stage)
  for (const scene of scenes) {
    const actors = scene.filter(runs).map((block) => terminals.actor(block, all.filter(runs)))
    const found = await new Scene(actors, { comparison, record, timeout }).play()
    for (const { block } of actors)
      // If both brokers can run a block, the page shows RabbitMQ's output.
      if (!embedded || block.needsEmbedded)
        insides.set(block.fence, updated(block, found, comparison))
  }
  terminals.mustBeFree()
  return {
    lines: withInsides(lines, insides),
    run: all.filter(runs).length,
    notRun: all.flatMap(({ notRun }) => notRun ?? []),
    needRabbitMq: need('needsRabbitMq'),
    needEmbedded: need('needsEmbedded'),
  }
}

/** Starts the reader's broker, or stops it if the page itself begins by starting it. */
async function readyBroker(
  terminal: Terminal | undefined,
  blocks: readonly Block[],
): Promise<void> {
  if (terminal === undefined) return
  const first = blocks.find((block) => block.terminal === brokerTerminal)?.steps[0]
  const startsIt = typeof first?.act === 'object'
  if (terminal.running !== startsIt) return
  if (startsIt) terminal.interrupt()
  else terminal.type('pnpm broker')
  await waitFor('the broker', () =>
    startsIt ? !terminal.running : terminal.lines.length > 0 && terminal.quietFor > 250,
  )
  terminal.take()
}

/** The lines of a block with the recorded output. Output that matches a "..." is not recorded. */
function updated(
  block: Block,
  found: ReadonlyMap<Step, readonly string[]>,
  comparison: Comparison,
): string[] {
  const shown = block.steps.map((step) => {
    const lines = (found.get(step) ?? []).map((line) =>
      block.needsEmbedded ? comparison.onPage(line) : line,
    )
    const kept = step.shows.includes('...') && new Comparison().matches(step.shows, lines)
    const act = typeof step.act === 'object' ? { type: comparison.inFact(step.act.type) } : step.act
    return { act, shows: kept ? step.shows : lines }
  })
  return linesOf(shown)
}

/** The terminals of a page, by name. The broker's terminal survives the page. */
class Terminals implements AsyncDisposable {
  readonly #terminals = new Map<string, Terminal>()
  readonly #stage: Stage

  constructor(stage: Stage) {
    this.#stage = stage
  }

  actor(block: Block, all: readonly Block[]): Actor {
    const later = all.slice(all.indexOf(block) + 1)
    const next = later.find((other) => other.terminal === block.terminal)
    const goesOn = typeof next?.steps[0]?.act === 'string'
    const broker = block.terminal === brokerTerminal ? this.#stage.brokerTerminal : undefined
    if (broker !== undefined)
      return { block, terminal: broker, goesOn: next === undefined || goesOn }
    const terminal = this.#terminals.get(block.terminal) ?? new Terminal(this.#stage)
    this.#terminals.set(block.terminal, terminal)
    return { block, terminal, goesOn }
  }

  /** Nothing may still be running when the reader turns to the next page. */
  mustBeFree(): void {
    for (const [name, terminal] of this.#terminals)
      if (terminal.running || terminal.lines.length > 0)
        throw new Error(`at the end of the page ${name} shows more: ${terminal.lines.join('\n')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const terminal of this.#terminals.values()) await terminal[Symbol.asyncDispose]()
  }
}
