import { matchers, type BrokerMatchers } from './expectations/matchers.ts'
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './test-broker.ts'

export * from './index.ts'

// Programs that import `expect` from @jest/globals have its types from here, others from @types/jest.
/** @ts-ignore -- nobody but users of jest has this module */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends BrokerMatchers {}
}

declare global {
  namespace jest {
    // oxlint-disable-next-line typescript/no-empty-object-type -- as @types/jest declares it
    interface Matchers<R, T = {}> extends BrokerMatchers {}
  }
}

/** What jest provides to each test file. */
interface JestGlobals {
  readonly expect: { extend(matchers: object): void }
  readonly beforeEach: (hook: () => void) => void
  readonly afterAll: (hook: () => Promise<void>) => void
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this module is for jest, which has them
const { expect, beforeEach, afterAll } = globalThis as unknown as JestGlobals

expect.extend(matchers)

/**
 * Starts a broker for this test file, and stops it after the last test. Before each test it forgets
 * what has happened, and ends all faults.
 */
export async function useBroker(options?: TestBrokerOptions): Promise<TestBroker> {
  const broker = await startTestBroker(options)
  beforeEach(() => broker.reset())
  afterAll(() => broker.close())
  return broker
}
