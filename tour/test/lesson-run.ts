/** The lines of each program. */
export type Lines = Readonly<Record<string, readonly string[]>>

export interface LessonRun {
  /** A run in which every claim is true. */
  readonly lines: Lines
  /** For each claim, the lines that differ in runs in which it is false. */
  readonly counterexamples: Readonly<Record<string, readonly Lines[]>>
}
