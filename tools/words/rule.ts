/** A phrase that the project does not use, and what to write instead. */
export interface Rule {
  /** Ignores case. A space also matches the line break of a paragraph or a comment. */
  readonly avoid: RegExp
  readonly write: string
  /** What the rule must find: its test. */
  readonly wrong: readonly string[]
  /** Legitimate uses, which it must leave alone. */
  readonly right?: readonly string[]
}
