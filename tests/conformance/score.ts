/** The result of a suite, according to its output. */
export interface Score {
  readonly passed: number
  /** The tests that ran; skipped tests do not count. */
  readonly total: number
  readonly failed: readonly string[]
}

/** TAP with the closing counts of node:test and mocha, which our own programs print too. */
export function parseTap(output: string): Score {
  const failed = matches(output, /^ *not ok \d+ (?:- )?(.*)$/gm)
  const skipped = lastNumber(output, /^# skipped (\d+)$/gm)
  const total = lastNumber(output, /^# tests (\d+)$/gm) - skipped
  return { passed: lastNumber(output, /^# pass (\d+)$/gm), total, failed }
}

/** `go test -v`. Examples count as tests, subtests do not. */
export function parseGo(output: string): Score {
  const passed = matches(output, /^--- PASS: (\S+)/gm).length
  const failed = matches(output, /^--- FAIL: (\S+)/gm)
  return { passed, total: passed + failed.length, failed }
}

/** PHP's run-tests.php. A test is named after its file. */
export function parsePhp(output: string): Score {
  const summary = output.slice(output.lastIndexOf('Number of tests'))
  const passed = lastNumber(summary, /^Tests passed +: +(\d+)/gm)
  const failed = [...new Set(matches(summary, /\[tests\/(\S+)\.phpt\]/gm))]
  return { passed, total: passed + failed.length, failed }
}

function matches(output: string, pattern: RegExp): string[] {
  return Array.from(output.matchAll(pattern), ([, group = '']) => group)
}

function lastNumber(output: string, pattern: RegExp): number {
  return Number(matches(output, pattern).at(-1) ?? 0)
}
