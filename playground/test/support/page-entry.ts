// What the test page loads: the engine, the scenes, and a lab that remembers what happens.
import { openLab, type Lab, type TerminalLine } from '../../src/engine/index.ts'
import type { Movement, Topology, Update } from '../../src/picture/update.ts'

import { openStage, scenes, type Outcome, type Scene } from '../../src/scenes/index.ts'
import { comparable } from './outcome/compare.ts'
import { Tally } from './outcome/tally.ts'

export class RecordedLab {
  readonly lab: Lab
  readonly lines: TerminalLine[] = []
  readonly movements: Movement[] = []
  readonly updates: Update[] = []
  topology: Topology | undefined
  readonly #checks = new Set<() => void>()

  constructor() {
    this.lab = openLab({
      files: '/',
      onLine: (line) => {
        this.lines.push(line)
        this.#check()
      },
      onUpdate: (update) => {
        this.updates.push(update)
        this.movements.push(...update.movements)
        this.topology = update.topology ?? this.topology
        this.#check()
      },
      onProgram: () => this.#check(),
    })
  }

  start(id: string, program: string, ...argv: readonly string[]) {
    return this.lab.start({ id, name: id, program, argv })
  }

  /** Resolves with the first line of a program that contains a text. */
  async prints(id: string, text: string, times = 1): Promise<TerminalLine | undefined> {
    const matching = () =>
      this.lines.filter((line) => line.program === id && line.text.includes(text))
    await this.until(`${id} to print ${text}`, () => matching().length >= times)
    return matching()[0]
  }

  /** Resolves when a condition holds. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!isTrue()) return
        clearTimeout(timer)
        this.#checks.delete(check)
        resolve()
      }
      const timer = setTimeout(() => {
        const text = this.lines.map((line) => `${line.program}: ${line.text}`).join('\n')
        reject(new Error(`timed out waiting for ${what}\n${text}`))
      }, 30_000)
      this.#checks.add(check)
      check()
    })
  }

  textOf(id: string): readonly string[] {
    return this.lines.filter(({ program }) => program === id).map(({ text }) => text)
  }

  #check(): void {
    for (const check of this.#checks) check()
  }
}

let tally = new Tally()
/** What a picture of the scene that was played last is fed with. */
export let updates: Update[] = []

/**
 * Plays a scene in `globalThis.stage`, and counts what happens. If it takes too long, the error has what its
 * programs printed.
 */
export async function playScene(id: string): Promise<void> {
  const scene = scenes.find((each) => each.id === id)
  if (scene === undefined) throw new Error(`there is no scene ${id}`)
  const lines: string[] = []
  tally = new Tally()
  updates = []
  const stage = openStage(scene, {
    files: '/',
    onLine: ({ program, text }) => lines.push(`${program}: ${text}`),
    onUpdate: (update) => {
      tally.add(update)
      updates.push(update)
    },
  })
  // Nobody watches, so time runs faster.
  stage.lab.rate = 5
  globalThis.stage = stage
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      const outcome = JSON.stringify(outcomeOf(scene))
      reject(new Error(`the scene ${id} takes too long\n${lines.join('\n')}\n${outcome}`))
    }, 30_000)
    stage.play().then(() => {
      clearTimeout(timer)
      resolve()
    }, reject)
  })
}

/** What has happened in the scene that was played last, to be compared with what it expects. */
export function outcomeOf({ expected }: Pick<Scene, 'expected'>): Outcome {
  return comparable(tally.outcome, expected)
}
