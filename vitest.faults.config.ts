import { defineConfig } from 'vitest/config'

import { testDeadline } from './testkit/src/deadline.ts'

// The long half of the fault suite: `pnpm test:faults`. It needs Docker. SOAK_SECONDS is how long
// the soak takes of it: ten minutes unless the environment says otherwise.
export default defineConfig({
  test: {
    name: 'faults',
    include: ['**/*.long.rabbitmq.test.ts', 'tests/faults/soak.rabbitmq.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['./testkit/src/setup-rabbitmq.ts', './tests/faults/support/print-table.ts'],
    env: { SOAK_SECONDS: process.env['SOAK_SECONDS'] ?? '600' },
    // One after the other: what recovers in two seconds alone takes ten beside a load test.
    fileParallelism: false,
    testTimeout: testDeadline,
    hookTimeout: testDeadline,
  },
})
