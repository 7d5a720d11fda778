import { defineConfig } from 'vitest/config'

import { deadline, testDeadline } from './testkit/src/waiting/deadline.ts'

// The site, its scenes and the management page in a real browser: `pnpm test:browser`. It needs
// Chromium and, for one file, Firefox, but neither Docker nor a broker.
export default defineConfig({
  test: {
    name: 'browser',
    include: ['**/*.browser.test.ts'],
    exclude: ['**/node_modules/**'],
    // A browser keeps several cores busy.
    maxWorkers: 2,
    testTimeout: testDeadline,
    hookTimeout: testDeadline,
    expect: { poll: { timeout: deadline } },
  },
})
