// Makes tour.svg, the picture in the README, from a real tour on a terminal of 80 columns:
//   pnpm -C tour picture
// It needs `script` of util-linux, which gives a program a terminal.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'

import { drawSvg, type Row } from './svg.ts'

const columns = 80
const command = `stty cols ${columns} && node --import tsx src/start.ts`

const rows: Row[] = [{ at: 0, text: '$ npx --yes pnpm start' }]
const began = performance.now()
const tour = spawn('script', ['-qfec', command, '/dev/null'], {
  cwd: new URL('..', import.meta.url),
  stdio: ['ignore', 'pipe', 'inherit'],
  // By npx, as the first line says, and in the folder of the project.
  env: {
    ...process.env,
    TERM: 'xterm-256color',
    npm_execpath: '/_npx/pnpm',
    npm_package_name: 'messaging-patterns',
  },
})
let rest = ''
for await (const chunk of tour.stdout.setEncoding('utf8')) {
  const lines = `${rest}${String(chunk)}`.split('\r\n')
  rest = lines.pop() ?? ''
  const at = Math.round(performance.now() - began)
  // What is wiped away again, while something is waited for, is of the moment.
  for (const line of lines) rows.push({ at, text: line.split('\r\u001b[K').at(-1) ?? '' })
}
if (tour.exitCode === null) await once(tour, 'exit')
if (tour.exitCode !== 0) throw new Error('the tour failed: no picture of that')

await writeFile(
  new URL('tour.svg', import.meta.url),
  drawSvg(rows, { columns, height: 36, pause: 6000 }),
)
