import type { Action, Scene, SceneProgram } from './scene.ts'

/** Where a scene is played: with workers in a page, or with processes. */
export interface Theater {
  /**
   * Starts a program. Resolves when it is ready or, if it ends by itself, when it has started. If it is still
   * running, a program that would end by itself starts after that, and another one goes on.
   */
  run(program: SceneProgram): Promise<void>
  /** Ctrl-C, or kill -9. Resolves when the program has ended. */
  stop(id: string, how: 'interrupt' | 'kill'): Promise<void>
  pause(id: string): void
  resume(id: string): void
  loseConfirms(port: number): Promise<void> | void
  /** Closes the connections through this port, and refuses new ones. */
  closePort(port: number): Promise<void> | void
  /** Resolves when a program has printed so many lines that contain `text`, in all its runs. */
  printed(id: string, text: string, times: number): Promise<void>
}

/** Starts the programs that a scene begins with, at the same time unless one has to be `after` another. */
export async function begin(scene: Scene, theater: Theater): Promise<void> {
  const ready = new Map<string, Promise<void>>()
  const start = async (program: SceneProgram): Promise<void> => {
    if (program.after !== undefined) await ready.get(program.after)
    await theater.run(program)
  }
  for (const program of scene.programs)
    if (program.starts === 'at once') ready.set(program.id, start(program))
  await Promise.all(ready.values())
}

/** Does what a button does. */
export async function press(scene: Scene, id: string, theater: Theater): Promise<void> {
  const button = scene.buttons.find((each) => each.id === id)
  for (const action of button?.actions ?? []) await perform(scene, action, theater)
}

/** Plays a scene as its script says. The programs are still running afterwards. */
export async function play(scene: Scene, theater: Theater): Promise<void> {
  await begin(scene, theater)
  for (const step of scene.script)
    if ('press' in step) await press(scene, step.press, theater)
    else await theater.printed(step.program, step.prints, step.times ?? 1)
}

async function perform(scene: Scene, action: Action, theater: Theater): Promise<void> {
  if ('program' in action) await performOn(scene, action, theater)
  else if (action.type === 'close-port') await theater.closePort(action.port)
  else await theater.loseConfirms(action.port)
}

type ProgramAction = Extract<Action, { readonly program: string }>

async function performOn(scene: Scene, action: ProgramAction, theater: Theater): Promise<void> {
  const program = scene.programs.find(({ id }) => id === action.program)
  if (program === undefined) throw new Error(`${scene.title}: there is no ${action.program}`)
  switch (action.type) {
    case 'run':
      await theater.run({ ...program, argv: action.argv ?? program.argv })
      break
    case 'interrupt':
    case 'kill':
      await theater.stop(program.id, action.type)
      break
    case 'pause':
      theater.pause(program.id)
      break
    case 'resume':
      theater.resume(program.id)
      break
  }
}
