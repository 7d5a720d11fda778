import { expect, test, type TestContext, type TestOptions } from 'vitest'

import { Tally, type Row } from './tally.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What the test counted; for the table at the end of the run. */
    fault?: Row
  }
}

/**
 * A test that becomes a row of the fault table. Whatever it does, no confirmed message may be lost.
 *
 * This is not a fixture: vitest does not forget one that fails at its end, so a test that failed once
 * would fail in each retry.
 */
export function fault(
  name: string,
  work: (context: { readonly tally: Tally } & Pick<TestContext, 'skip'>) => Promise<void>,
  options: TestOptions = {},
): void {
  test(name, options, async ({ task, skip }) => {
    const tally = new Tally()
    try {
      await work({ tally, skip })
    } finally {
      task.meta.fault = tally.row()
    }
    expect(tally.missing).toEqual([])
  })
}
