/** How a lesson went. */
export interface LessonResult {
  readonly name: string
  readonly order: number
  readonly ok: boolean
  readonly seconds: number
  /** What was not as it should be. */
  readonly reason?: string
}

/** What happens in a tour, in the order in which it happens: all that a show has to show. */
export type TourEvent =
  | {
      readonly event: 'broker'
      readonly url: string
      readonly product: string
      readonly version: string
      readonly embedded: boolean
      /** Why it is this one. */
      readonly because: string
    }
  | {
      readonly event: 'lesson'
      readonly name: string
      readonly order: number
      readonly shows: string
      /** The headings under which lines will come. */
      readonly programs: readonly string[]
    }
  | {
      /** Programs that start together. */
      readonly event: 'start'
      readonly programs: readonly { readonly program: string; readonly command: string }[]
    }
  | {
      readonly event: 'line'
      readonly program: string
      readonly stream: 'stdout' | 'stderr'
      readonly text: string
      /** It is the one by which the program says that it is ready. */
      readonly ready: boolean
    }
  | { readonly event: 'waiting'; readonly for: string; readonly seconds: number }
  | {
      readonly event: 'claim'
      readonly says: string
      readonly ok: boolean
      readonly reason?: string
    }
  | ({ readonly event: 'lesson-over' } & LessonResult)
  | { readonly event: 'note'; readonly text: string }
  | {
      readonly event: 'tour-over'
      readonly ok: boolean
      readonly seconds: number
      readonly lessons: readonly LessonResult[]
      /** What to type in three terminals now. */
      readonly next: readonly string[]
    }

/** Shows a tour to somebody. */
export type Show = (event: TourEvent) => void
