/** What the doctor found: something good, something worth knowing, or a problem. */
export interface Finding {
  readonly state: 'good' | 'note' | 'bad'
  readonly text: string
  /** The command or the step that fixes it. */
  readonly remedy?: string
}
