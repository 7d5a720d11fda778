import type { Stage } from '../../src/scenes/index.ts'
import type * as entry from './page-entry.ts'

declare global {
  /** What the test page has loaded. */
  var engine: typeof entry
  /** The scene that a test plays. */
  var stage: Stage | undefined
  /** The lab of a test that looks at the page between its steps. */
  var recorded: entry.RecordedLab
}
