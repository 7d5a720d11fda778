// Draws tour.svg, the picture in the README, from a real tour in a terminal of 80 columns:
//   pnpm -C tour picture
// It needs `script` from util-linux, which gives a program a terminal.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { drawSvg, type Row } from './svg.ts'

const columns = 80
const command = `stty cols ${columns} && node --import tsx src/start.ts`

const rows: Row[] = [{ at: 0, text: '$ npx --yes pnpm start' }]
const started = performance.now()
const tour = execa('script', ['-qfec', command, '/dev/null'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  stdin: 'ignore',
  stderr: 'inherit',
  // The tour must think that npx started it in the root folder, as the first line says.
  env: {
    TERM: 'xterm-256color',
    npm_execpath: '/_npx/pnpm',
    npm_package_name: 'messaging-patterns',
  },
})
for await (const line of tour) {
  const at = Math.round(performance.now() - started)
  // What the tour is waiting for is shown for a moment only, and then erased.
  rows.push({ at, text: line.split('\r\u001b[K').at(-1)?.replaceAll('\r', '') ?? '' })
}
await tour

await writeFile(
  new URL('tour.svg', import.meta.url),
  drawSvg(rows, { columns, height: 36, pause: 6000 }),
)
