import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

import { expect, test } from 'vitest'

test('a note stays behind the lines before it when both go into one pipe', async () => {
  const program = 'exec node --import tsx shared/test/cli/prints-faster.ts 2>&1'
  const child = spawn('bash', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const printed = await text(child.stdout)
  expect(printed.split('a long line ').at(-1)).toBe('\na note\nerror: the end\n')
})
