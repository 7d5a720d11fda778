import { afterAll, beforeEach, expect } from 'vitest'

import { matchers, type BrokerMatchers } from './expectations/matchers.ts'
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './test-broker.ts'

export * from './index.ts'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any -- as vitest declares it
  interface Matchers<T = any> extends BrokerMatchers {}
}

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
