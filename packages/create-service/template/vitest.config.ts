import { defineConfig } from 'vitest/config'

// Deadlines only end a test that hangs. A slow machine must never reach them.
export default defineConfig({ test: { testTimeout: 180_000, hookTimeout: 180_000 } })
