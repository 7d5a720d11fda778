/** What the doctor found: something good, something worth knowing, something to be mended. */
export interface Finding {
  readonly state: 'good' | 'note' | 'bad'
  readonly text: string
  /** The command, or the step, that mends it. */
  readonly remedy?: string
}
