import type { Reporter, TestCase } from 'vitest/node'

/** Says what went wrong the first time where a second try passed: that is a race to be found. */
// oxlint-disable-next-line import/no-default-export -- vitest asks for it
export default class ReportRetries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if ((test.diagnostic()?.retryCount ?? 0) === 0) return
    const stacks = test.result().errors?.map(({ message, stack }) => stack ?? message) ?? []
    process.stderr.write(`\nSECOND TRY: ${test.fullName}\n${stacks.join('\n')}\n`)
  }
}
