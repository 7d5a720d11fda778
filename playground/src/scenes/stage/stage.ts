import {
  openLab,
  type Lab,
  type LabOptions,
  type RunningProgram,
  type TerminalLine,
} from '../../engine/index.ts'
import type { Update } from '../../picture/update.ts'
import { begin, play, press, type Theater } from './play.ts'
import type { Scene, SceneProgram } from './scene.ts'

export interface StageOptions extends LabOptions {
  /** Files that the learner has changed, by program. A change takes effect when the program is run. */
  readonly edits?: (id: string) => Readonly<Record<string, string>> | undefined
}

/** A scene in the page. */
export interface Stage extends Disposable {
  readonly scene: Scene
  readonly lab: Lab
  /** Loads what beginning and pressing a button will need, so that both are quick. */
  prepare(): void
  /** Starts the programs that the scene begins with. Resolves when they are ready. */
  begin(): Promise<void>
  /** Resolves when everything that the button does has been done or, for programs, has been started. */
  press(button: string): Promise<void>
  /** Runs a program of the scene, again if it is running: after an edit, for example. */
  restart(program: string): void
  /** Plays the whole script, as the tests do. */
  play(): Promise<void>
  /** Ends the programs and the broker. */
  close(): void
}

/** Opens a scene in a lab of its own. Nothing is loaded before it begins. */
export function openStage(scene: Scene, options: StageOptions): Stage {
  return new PageStage(scene, options)
}

interface Waiting {
  readonly isDone: () => boolean
  readonly resolve: () => void
}

class PageStage implements Stage, Theater {
  readonly scene: Scene
  readonly lab: Lab
  readonly #options: StageOptions
  readonly #lines: TerminalLine[] = []
  #waiting: Waiting[] = []
  readonly #stopping = new WeakSet<RunningProgram>()

  constructor(scene: Scene, options: StageOptions) {
    this.scene = scene
    this.#options = options
    this.lab = openLab({
      ...options,
      isPaced: true,
      onUpdate: (update) => options.onUpdate?.(this.#withEnded(update)),
      onLine: (line) => {
        this.#lines.push(line)
        options.onLine?.(line)
        this.#check()
      },
      onProgram: (program) => {
        options.onProgram?.(program)
        this.#check()
      },
    })
  }

  prepare(): void {
    const { programs, buttons } = this.scene
    const first = buttons[0]?.actions.find((action) => action.type === 'run')?.program
    const soon = programs.filter(({ id, starts }) => starts === 'at once' || id === first)
    this.lab.prepare(soon.map(({ program }) => program))
  }

  begin(): Promise<void> {
    return begin(this.scene, this)
  }

  press(button: string): Promise<void> {
    return press(this.scene, button, this)
  }

  play(): Promise<void> {
    return play(this.scene, this)
  }

  restart(id: string): void {
    const program = this.scene.programs.find((each) => each.id === id)
    const argv = this.lab.programs.get(id)?.spec.argv
    if (program !== undefined) this.#start({ ...program, argv: argv ?? program.argv })
  }

  async run(program: SceneProgram): Promise<void> {
    const { id, ready } = program
    // While this waits, another button may start the program again.
    for (
      let running = this.lab.programs.get(id);
      running !== undefined && running.state !== 'ended';
      running = this.lab.programs.get(id)
    ) {
      if (ready !== undefined && !this.#stopping.has(running)) return
      await running.ended
    }
    const before = this.#count(id, ready ?? '')
    this.#start(program)
    if (ready === undefined) return
    const hasEnded = (): boolean => this.lab.programs.get(id)?.state === 'ended'
    await this.#until(() => this.#count(id, ready) > before || hasEnded())
  }

  async stop(id: string, how: 'interrupt' | 'kill'): Promise<void> {
    const program = this.lab.programs.get(id)
    if (program === undefined || program.state === 'ended') return
    // A second Ctrl-C would end it before it has shut down.
    if (how === 'kill' || !this.#stopping.has(program)) program[how]()
    this.#stopping.add(program)
    await program.ended
  }

  pause(id: string): void {
    this.lab.programs.get(id)?.pause()
  }

  resume(id: string): void {
    this.lab.programs.get(id)?.resume()
  }

  loseConfirms(port: number): void {
    this.lab.loseConfirms(port)
  }

  closePort(port: number): void {
    this.lab.closePort(port)
  }

  printed(id: string, text: string, times: number): Promise<void> {
    return this.#until(() => this.#count(id, text) >= times)
  }

  close(): void {
    this.lab.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #start({ id, name, program, argv }: SceneProgram): void {
    const edits = this.#options.edits?.(id)
    this.lab.start({ id, name, program, argv, ...(edits !== undefined && { edits }) })
  }

  /** Programs that have ended keep their places in the picture. */
  #withEnded(update: Update): Update {
    const { topology } = update
    if (topology === undefined) return update
    const programs = this.scene.programs.flatMap(({ id, name }) => {
      const hasEnded = this.lab.programs.get(id)?.state === 'ended'
      const running = topology.programs.find((program) => program.id === id)
      return hasEnded ? [{ id, name, state: 'ended' as const }] : (running ?? [])
    })
    return { ...update, topology: { ...topology, programs } }
  }

  #count(id: string, text: string): number {
    return this.#lines.filter((line) => line.program === id && line.text.includes(text)).length
  }

  #until(isDone: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isDone, resolve })
      this.#check()
    })
  }

  #check(): void {
    const [done, waiting] = [[], []] as [Waiting[], Waiting[]]
    for (const each of this.#waiting) (each.isDone() ? done : waiting).push(each)
    this.#waiting = waiting
    for (const { resolve } of done) resolve()
  }
}
