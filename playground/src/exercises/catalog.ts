/** An exercise in the list that the build writes. */
export interface CatalogEntry {
  /** `03-lost-orders` */
  readonly name: string
  readonly title: string
  /** The lesson that it practices. */
  readonly lesson: string
  /** Its text, as Markdown. */
  readonly task: string
  /** Each starts with a line that is its heading. */
  readonly hints: readonly string[]
  readonly problem: string
  readonly solution: string
}
