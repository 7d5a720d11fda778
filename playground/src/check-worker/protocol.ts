/** What the page asks a worker that checks exercises. */
export interface CheckRequest {
  /** `03-lost-orders` */
  readonly exercise: string
  /** The program to check. */
  readonly source: string
  /** How long the check waits, in milliseconds. Tests that run several at once wait longer. */
  readonly timeouts?: { readonly quiet: number; readonly moment: number }
}

/** As in the terminal: see `judge` in exercises/. */
export interface Verdict {
  readonly solved: boolean
  /** What the program did right or wrong, for the learner. */
  readonly text: string
  /** What the program printed. */
  readonly output: string
  readonly seconds: number
}

/** A check that could not run, which is not the program's fault, has a problem in the place of a verdict. */
export type CheckAnswer = { readonly verdict: Verdict } | { readonly problem: string }
