// A program that prints one line, and then waits until it should stop.
import { once } from 'node:events'

import { defineCommand } from '../../src/cli/index.ts'

const runDemo = defineCommand({ name: 'demo', describe: 'Prints a line.', examples: [] })

await runDemo(async ({ signal, print }) => {
  // The signal alone would not keep the program running.
  const waiting = setInterval(() => {}, 1_000_000)
  print('a line', {})
  if (!signal.aborted) await once(signal, 'abort')
  clearInterval(waiting)
})
