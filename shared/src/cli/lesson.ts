import type { ExchangeKind, ExchangeOptions, QueueOptions } from '../index.ts'

/**
 * What a lesson says of itself, exported as `tour` by packages/LESSON/tour.ts: enough to run it in
 * front of somebody, to check what was to be seen, and to know what it leaves on a broker.
 */
export interface LessonTour {
  /** Its place in the course, from 1. */
  readonly order: number
  /** One sentence: what it shows. */
  readonly shows: string
  /** How many brokers it is about. A tour has one, and leaves out what needs more. Default: 1. */
  readonly brokers?: number
  /** The queues and exchanges with a name that its programs declare, each with what makes it so. */
  readonly declares: {
    readonly queues?: Readonly<Record<string, QueueOptions>>
    readonly exchanges?: Readonly<Record<string, ExchangeOptions & { readonly kind: ExchangeKind }>>
  }
  /**
   * The programs of a step start together; the next step comes when each of them is ready, or has
   * ended. Let the last message go to everybody: then nothing that went wrong is still under way.
   */
  readonly steps: readonly (readonly TourProgram[])[]
  /** What is to be seen when all steps are done; it may take its time to come true. */
  readonly claims: readonly TourClaim[]
}

/** A program that the tour starts as a learner does. */
export interface TourProgram {
  /** The heading of its lines. Programs of one name, one after the other, share it. */
  readonly name: string
  /** What a learner types after "pnpm LESSON": ['consumer', 'info', 'error']. */
  readonly command: readonly [script: string, ...arguments: string[]]
  /** The line that says it is ready. It is stopped in the end; without this it ends by itself. */
  readonly ready?: RegExp
  /** How it ends, as it should. Default: 0. */
  readonly exitCode?: number
}

/** The lines of all programs of this name; with an ending, those that have it, without it. */
export type Look = (program: string, ending?: string) => readonly string[]

/** Something to be seen: that two lists are equal, and not empty. */
export interface TourClaim {
  readonly says: string
  readonly found: (look: Look) => readonly string[]
  readonly wanted: readonly string[] | ((look: Look) => readonly string[])
}
