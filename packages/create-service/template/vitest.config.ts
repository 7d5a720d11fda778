import { defineConfig } from 'vitest/config'

// Deadlines only end a test that hangs. A slow machine must never reach them.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
