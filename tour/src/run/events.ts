/** How a lesson went. */
export interface LessonResult {
  readonly name: string
  readonly order: number
  readonly ok: boolean
  readonly seconds: number
  /** What went wrong. */
  readonly reason?: string
}

/** A lesson that the tour cannot run. */
export interface SkippedLesson {
  readonly name: string
  readonly order: number
  readonly reason: string
  /** What to do instead. */
  readonly instead: string
}

/** What happens in a tour, in this order. A display gets everything that it shows from these. */
export type TourEvent =
  | {
      readonly event: 'broker'
      readonly url: string
      readonly product: string
      readonly version: string
      readonly embedded: boolean
      /** Why this broker. */
      readonly reason: string
    }
  | {
      readonly event: 'lesson-start'
      readonly name: string
      readonly order: number
      readonly shows: string
      /** The names of its programs, which become the headings of columns. */
      readonly programs: readonly string[]
    }
  | {
      /** Programs that start together. */
      readonly event: 'step'
      readonly programs: readonly { readonly program: string; readonly command: string }[]
    }
  | {
      readonly event: 'line'
      readonly program: string
      readonly stream: 'stdout' | 'stderr'
      readonly text: string
      /** Whether this line says that the program is ready. */
      readonly ready: boolean
    }
  | { readonly event: 'waiting'; readonly for: string; readonly seconds: number }
  | {
      readonly event: 'claim'
      readonly says: string
      readonly ok: boolean
      readonly reason?: string
    }
  | ({ readonly event: 'lesson-end' } & LessonResult)
  | { readonly event: 'note'; readonly text: string }
  | {
      readonly event: 'tour-end'
      readonly ok: boolean
      readonly seconds: number
      readonly lessons: readonly LessonResult[]
      readonly skipped: readonly SkippedLesson[]
      /** What to type in three terminals now. */
      readonly next: readonly string[]
    }

/** Is called with everything that happens. */
export type Emit = (event: TourEvent) => void
