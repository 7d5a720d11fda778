import type { ExchangeKind, ExchangeOptions, QueueOptions } from '../index.ts'

/**
 * How the tour shows a lesson, exported as `tour` by packages/LESSON/tour.ts: which programs to
 * run, what should be seen, and what the lesson leaves on the broker.
 */
export interface LessonTour {
  /** The lesson's place in the course, from 1. */
  readonly order: number
  /** What the lesson shows, in one sentence. */
  readonly shows: string
  /** Why the tour, which has one broker, cannot run the lesson, and what to do instead. */
  readonly notInTour?: { readonly reason: string; readonly instead: string }
  /** The named queues and exchanges that its programs declare, with their options. */
  readonly declares: {
    readonly queues?: Readonly<Record<string, QueueOptions>>
    readonly exchanges?: Readonly<Record<string, ExchangeOptions & { readonly kind: ExchangeKind }>>
  }
  /**
   * The programs of a step start together. The next step starts when each of them is ready or has
   * ended. Send the last message to every consumer: once it has arrived, no message that was routed
   * wrongly can still be on its way.
   */
  readonly steps: readonly (readonly TourProgram[])[]
  /** What should be seen after all steps. The tour waits for it. */
  readonly claims: readonly TourClaim[]
}

/** A program that the tour starts as a learner would. */
export interface TourProgram {
  /** The heading above its lines. Programs that run one after the other may share a name. */
  readonly name: string
  /** What a learner types after "pnpm LESSON": ['consumer', 'info', 'error']. */
  readonly command: readonly [script: string, ...args: string[]]
  /** The line that says it is ready. Such a program runs until the tour stops it; others end. */
  readonly ready?: RegExp
  /** The exit code that is expected. Default: 0. */
  readonly exitCode?: number
}

/** The lines of all programs of a name; given an ending, those with that ending, but without it. */
export type LinesOf = (program: string, ending?: string) => readonly string[]

/**
 * Something that should be seen: two lists are equal, item by item, and not empty. The lists
 * must show everything that `says` states, including the order, and that a consumer did not receive
 * a message.
 */
export interface TourClaim {
  readonly says: string
  readonly actual: (lines: LinesOf) => readonly string[]
  readonly expected: readonly string[] | ((lines: LinesOf) => readonly string[])
  /** How many items there must be, if `expected` collects them from the output. */
  readonly count?: number
}
