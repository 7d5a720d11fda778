/**
 * A scene of a chapter, as plain data: which programs there are, what the buttons do, and what must
 * be true in the end. It is played in the page and, by the tests, with processes on RabbitMQ and on
 * the embedded broker, and has to end in the same way everywhere.
 */
export interface Scene {
  /** For the page that shows it: `work-queues`. */
  readonly id: string
  readonly chapter: number
  readonly title: string
  /** What to press, and what it shows. It is below the picture. */
  readonly caption: string
  readonly programs: readonly SceneProgram[]
  readonly buttons: readonly SceneButton[]
  /** How the tests play it. */
  readonly script: readonly ScriptStep[]
  readonly expected: Outcome
}

export interface SceneProgram {
  /** Also the id in `Update`s and of the terminal. */
  readonly id: string
  /** What the picture and the terminal call it. */
  readonly name: string
  /** `work-queues/consumer` */
  readonly program: string
  readonly argv: readonly string[]
  /** Part of what it prints when it is ready. Without it, this is a program that ends by itself. */
  readonly ready?: string
  /** Whether it starts with the scene, or by a button. */
  readonly starts: 'at once' | 'by a button'
  /** The id of a program before it, which has to be ready before this one starts with the scene. */
  readonly after?: string
}

export interface SceneButton {
  readonly id: string
  readonly label: string
  /** What it does, one after the other. */
  readonly actions: readonly Action[]
  /** The id of the button that has to be pressed before. Until then, this one would change nothing. */
  readonly after?: string
}

/**
 * What happens to a program of the scene. `run` starts it, and may do so again. All ports of localhost that
 * programs connect to lead to the broker; an action can be about one of them.
 */
export type Action =
  | { readonly type: 'run'; readonly program: string; readonly argv?: readonly string[] }
  | { readonly type: 'interrupt' | 'kill' | 'pause' | 'resume'; readonly program: string }
  /** What the broker answers to those that publish through this port is lost; or the port is closed. */
  | { readonly type: 'lose-confirms' | 'close-port'; readonly port: number }

/** The tests press a button, or wait until a program has printed a line that contains a text. */
export type ScriptStep =
  | { readonly press: string }
  | { readonly program: string; readonly prints: string; readonly times?: number }

export interface Outcome {
  /** By name. A queue that is not listed has to be empty. */
  readonly queues: Readonly<Record<string, QueueOutcome>>
  /** How many messages the broker has delivered to each program. */
  readonly deliveries: Readonly<Record<string, number>>
}

export interface QueueOutcome {
  readonly ready: number
  readonly unacked: number
  /** The x-death headers of its ready messages, one list per message, without their times. */
  readonly deaths?: readonly (readonly Death[])[]
}

export interface Death {
  readonly queue: string
  readonly reason: string
  readonly count: number
}
