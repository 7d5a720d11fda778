function fail(message: string | Error | undefined, otherwise: string): never {
  if (message instanceof Error) throw message
  throw Object.assign(new Error(message ?? otherwise), {
    name: 'AssertionError',
    code: 'ERR_ASSERTION',
  })
}

function ok(value: unknown, message?: string | Error): void {
  if (value === false || value === undefined || value === null || value === 0 || value === '')
    fail(message, 'assertion failed')
}

function strictEqual(actual: unknown, expected: unknown, message?: string | Error): void {
  if (!Object.is(actual, expected)) fail(message, `${String(actual)} is not ${String(expected)}`)
}

export const assert = Object.assign(ok, { ok, equal: strictEqual, strictEqual })
