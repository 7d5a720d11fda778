import { defineConfig } from 'vitest/config'

import { testDeadline } from './testkit/src/waiting/deadline.ts'

// The packages as npm would publish and install them: `pnpm packages`. It needs npm's registry.
export default defineConfig({
  test: {
    name: 'packages',
    include: ['tests/packages/*.check.ts'],
    testTimeout: testDeadline,
    hookTimeout: testDeadline,
  },
})
