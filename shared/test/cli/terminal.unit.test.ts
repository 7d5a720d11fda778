import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'

import { expect, test } from 'vitest'

test('a note stays behind the lines before it when both go into one pipe', async () => {
  const program = 'exec node --import tsx shared/test/cli/prints-faster.ts 2>&1'
  const child = spawn('bash', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const printed = await text(child.stdout)
  expect(printed.split('a long line ').at(-1)).toBe('\na note\nerror: the end\n')
})

test.runIf(existsSync('/dev/full'))('a full disk is an error, and stops the program', () => {
  const program = 'node --import tsx shared/test/cli/prints-until-stopped.ts > /dev/full'
  const { status, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `error: cannot print: ENOSPC: no space left on device, write
shutting down gracefully; press Ctrl-C again to exit immediately
`,
  })
})
