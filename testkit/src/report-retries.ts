import type { Reporter, TestCase } from 'vitest/node'

/** Prints the first error of a test that only passed when it was retried: a race to investigate. */
// oxlint-disable-next-line import/no-default-export -- vitest requires it
export default class ReportRetries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if ((test.diagnostic()?.retryCount ?? 0) === 0) return
    const stacks = test.result().errors?.map(({ message, stack }) => stack ?? message) ?? []
    process.stderr.write(`\nRETRIED: ${test.fullName}\n${stacks.join('\n')}\n`)
  }
}
