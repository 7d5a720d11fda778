import type { Reporter, TestCase } from 'vitest/node'

/** Prints the first error of a test that only passed when it was retried: a race to investigate. */
// oxlint-disable-next-line import/no-default-export -- vitest requires it
export default class ReportRetries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if ((test.diagnostic()?.retryCount ?? 0) === 0) return
    const errors = test.result().errors ?? []
    const texts = errors.map(({ message, stack = message, diff = '' }) => `${stack}\n${diff}`)
    process.stderr.write(`\nRETRIED: ${test.fullName}\n${texts.join('\n')}\n`)
  }
}
