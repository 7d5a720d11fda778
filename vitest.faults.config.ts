import { defineConfig } from 'vitest/config'

import { testDeadline } from './testkit/src/waiting/deadline.ts'

// The long-running half of the fault suite: `pnpm test:faults`. It needs Docker. SOAK_SECONDS sets the
// length of the soak test; the default is ten minutes.
export default defineConfig({
  test: {
    name: 'faults',
    include: ['**/*.long.rabbitmq.test.ts', 'tests/faults/soak.rabbitmq.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['./testkit/src/rabbitmq/setup.ts', './tests/faults/support/print-table.ts'],
    env: { SOAK_SECONDS: process.env['SOAK_SECONDS'] ?? '600' },
    // One file at a time: next to a load test, a recovery of two seconds takes ten.
    fileParallelism: false,
    testTimeout: testDeadline,
    hookTimeout: testDeadline,
  },
})
