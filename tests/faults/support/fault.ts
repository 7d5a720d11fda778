import { expect, test } from 'vitest'

import { Tally, type Row } from './tally.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What the test counted; for the table at the end of the run. */
    fault?: Row
  }
}

/** A test that becomes a row of the fault table. Whatever it does, no confirmed message may be lost. */
export const fault = test.extend<{ tally: Tally }>({
  tally: async ({ task }, use) => {
    const tally = new Tally()
    await use(tally)
    task.meta.fault = tally.row()
    expect(tally.missing).toEqual([])
  },
})
