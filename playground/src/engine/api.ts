import type { ManagementReply, ManagementRequest } from '@messaging-patterns/broker'

import type { Update } from '../picture/update.ts'

/**
 * A broker and programs in the page, each in a web worker of its own. The page is the network
 * between them. Nothing is loaded before the first `prepare` or `start`, and nothing is left after `close`.
 */
export interface Lab extends Disposable {
  /** The programs that were started, by id: the last run of each. */
  readonly programs: ReadonlyMap<string, RunningProgram>
  /** Whether the broker is there; programs that connect without it are refused. */
  readonly brokerIsRunning: boolean
  /** How many seconds pass for the programs and the broker in one second: 1, 0.25; 0 stands still. */
  rate: number
  /** Milliseconds that everything needs from a program to the broker, and as much back. */
  latency: number
  /**
   * Starts the broker, and workers in which the given programs can run as soon as they are started. From then
   * on, a program that has ended leaves such a worker for the next one.
   */
  prepare(programs: readonly string[]): void
  /**
   * Starts a program, and the broker before it unless that was killed. A program with this id that is
   * still running is killed first, and no other one is disturbed: that is how an edit takes effect.
   */
  start(spec: ProgramSpec): RunningProgram
  /** Starts the broker. Does nothing if it is running. */
  startBroker(): void
  /** Ends the broker at once. It keeps everything in memory, so its queues and messages are gone. */
  killBroker(): void
  /**
   * A program that publishes through this TCP port receives nothing from the broker from then on, so it also
   * gets no confirm. What it sends still arrives.
   */
  loseConfirms(port: number): void
  /** Closes the connections through this TCP port, and refuses new ones. */
  closePort(port: number): void
  /**
   * Asks the broker's management API, in a lab that `manages`: `{ path: '/api/queues' }`. Starts the broker
   * unless that was killed. Rejects if there is no broker.
   */
  manage(request: ManagementRequest): Promise<ManagementReply>
  /** Lets time stand still, and resolves after the next movement of a message. */
  step(): Promise<void>
  /** The source of a program or of a file that it imports, such as `work-queues/src/consumer.ts`. */
  source(file: string): Promise<string>
  /** The programs of the lessons: `work-queues/consumer`. */
  programNames(): Promise<readonly string[]>
  /** Ends every worker. */
  close(): void
}

export interface LabOptions {
  /** The address of the folder that the build has written, with a slash at the end. */
  readonly files: string | URL
  /** Whether the broker comes with its management API, which is more to load. */
  readonly manages?: boolean
  /** Whether messages take as long on their way as a picture needs to show it, so that both are together. */
  readonly isPaced?: boolean
  readonly onUpdate?: (update: Update) => void
  readonly onLine?: (line: TerminalLine) => void
  /** A program has started, paused, continued or ended. */
  readonly onProgram?: (program: RunningProgram) => void
  /** The broker has started or ended. */
  readonly onBroker?: (isRunning: boolean) => void
}

export interface ProgramSpec {
  /** Chosen by the page, such as `worker-1`. In an `Update`, it is the id of the program. */
  readonly id: string
  /** What the picture calls it. */
  readonly name: string
  /** The lesson's program: `work-queues/consumer`. */
  readonly program: string
  /** Its command line, without the name of the program. */
  readonly argv: readonly string[]
  /** Files that the learner has changed, by the names that `source` takes. */
  readonly edits?: Readonly<Record<string, string>>
}

export interface RunningProgram {
  readonly spec: ProgramSpec
  readonly state: 'running' | 'paused' | 'ended'
  /** Resolves when it has ended. */
  readonly ended: Promise<ProgramEnd>
  /** Ctrl-C: the first lets it shut down gracefully, the second ends it. */
  interrupt(): void
  /** kill -9: it ends in the middle of whatever it does. */
  kill(): void
  /** SIGSTOP: it does nothing until `resume`, and sends no heartbeats. */
  pause(): void
  /** SIGCONT */
  resume(): void
}

export interface ProgramEnd {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' | undefined
}

/** A line that a program has printed. */
export interface TerminalLine {
  /** The id of the program. */
  readonly program: string
  readonly stream: 'stdout' | 'stderr'
  /** Without the line feed. */
  readonly text: string
  /** When it was printed, in milliseconds since the lab was opened; time that stood still counts. */
  readonly time: number
  /** Where in the learner's source something is wrong, if this line is about that. */
  readonly problem?: SourcePosition
}

export interface SourcePosition {
  /** A name that `source` takes. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1; undefined if nobody knows. */
  readonly column: number | undefined
}
